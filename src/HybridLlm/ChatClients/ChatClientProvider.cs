using Microsoft.Extensions.AI;

namespace HybridLlm.ChatClients;

/// <summary>A provider whose only model server is a client that the application brings.</summary>
internal sealed class ChatClientProvider : ILlmProvider, IDisposable
{
    private readonly IChatClient _client;
    private readonly bool _leaveOpen;
    private readonly bool _hasModelId;
    private readonly ProviderModel[] _models;

    public ChatClientProvider(string name, IChatClient client, ChatClientOptions options)
    {
        Name = name;
        _client = client;
        _leaveOpen = options.LeaveOpen;
        var named = (client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
        _hasModelId = options.Models.Count > 0 || named is not null;
        _models = [.. (options.Models.Count > 0 ? options.Models : [named ?? name]).Select(id => new ProviderModel { Id = id, Features = options.Features })];
        Capabilities = new()
        {
            Features = options.Features,
            IsLocal = options.IsLocal,
            IsMetered = options.IsMetered ?? !options.IsLocal,
        };
    }

    public string Name { get; }

    public ProviderCapabilities Capabilities { get; }

    public IChatClient GetChatClient(string modelId)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return new ClassifyingChatClient(_client, Name, modelId, _hasModelId || modelId != Name);
    }

    public Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<ProviderModel>>(_models);

    // A client has nothing to ask but the model, which a health check must not do; its requests tell, and the probe of a route that rests.
    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _client.Dispose();
        }
    }
}
