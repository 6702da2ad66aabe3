using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Dialects;
using HybridLlm.OpenAICompatible.Load;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>A vLLM server. It tells how busy it is, and counts tokens.</summary>
internal sealed class VllmProvider(ProviderContext context, OpenAICompatibleOptions options)
    : OpenAICompatibleProvider(context, options, VllmDialect.Instance), IProviderLoadSource, ITokenCounter
{
    private static readonly TimeSpan CountTimeout = TimeSpan.FromSeconds(30);

    public Task<ProviderLoad?> GetLoadAsync(CancellationToken cancellationToken = default) =>
        GetLoadAsync(static metrics => LoadReader.ReadVllm(metrics.Span), cancellationToken);

    public async Task<int> CountTokensAsync(
        string modelId, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        ArgumentNullException.ThrowIfNull(messages);
        using var client = GetChatClient(modelId);
        var request = new ChatRequest(Name, Dialect, modelId, messages, options, Stream: false, client);
        using var answer = await PostJsonAsync(
            new Uri(ServerAddress, "tokenize"), writer => ChatRequestWriter.Write(writer, request), CountTimeout, cancellationToken).ConfigureAwait(false);
        return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("count", out var count)
            && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var tokens)
            ? tokens
            : throw new ProviderException(ProviderErrorKind.InvalidResponse, $"Provider '{Name}' did not count the tokens of a prompt.") { Provider = Name, ModelId = modelId };
    }
}
