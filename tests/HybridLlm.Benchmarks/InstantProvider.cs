using Microsoft.Extensions.AI;

namespace HybridLlm.Benchmarks;

/// <summary>A provider in memory that answers at once, so that what is measured is the router alone.</summary>
internal sealed class InstantProvider(int chunks) : ILlmProvider, IChatClient
{
    private static readonly Task<ChatResponse> Answer = Task.FromResult(NewAnswer());

    private readonly ChatResponseUpdate[] _updates = [.. Enumerable.Range(0, chunks).Select(i => new ChatResponseUpdate(ChatRole.Assistant, $"token{i} "))];

    public string Name => "instant";

    public ProviderCapabilities Capabilities { get; } = new() { Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema };

    public IChatClient GetChatClient(string modelId) => this;

    public Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ProviderModel>>([]);

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Answer;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in _updates)
        {
            yield return update;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static ChatResponse NewAnswer() =>
        new(new ChatMessage(ChatRole.Assistant, "Paris.")) { FinishReason = ChatFinishReason.Stop, Usage = new() { InputTokenCount = 12, OutputTokenCount = 2 } };
}
