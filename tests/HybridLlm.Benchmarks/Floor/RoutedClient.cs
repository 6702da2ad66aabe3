using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Benchmarks.Floor;

/// <summary>The same calls through the whole of HybridLlm: classified, routed, under resilience, recorded.</summary>
internal sealed class RoutedClient : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IChatClient _chat;
    private readonly ChatMessage[] _messages = [new(ChatRole.User, FloorComparison.Prompt)];

    public RoutedClient(Uri address)
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Catalog.Discovery = ModelDiscovery.Off;
            options.Models["m"] = new() { Provider = "instant" };
        }).AddOpenAICompatible("instant", options =>
        {
            options.Endpoint = address.ToString();
            options.MaxConcurrency = 64;
        });
        _services = services.BuildServiceProvider();
        _chat = _services.GetRequiredService<IChatClient>();
    }

    public async Task<int> AskAsync() => (await _chat.GetResponseAsync(_messages).ConfigureAwait(false)).Text.Length;

    public async Task<int> StreamAsync()
    {
        var pieces = 0;
        await foreach (var update in _chat.GetStreamingResponseAsync(_messages).ConfigureAwait(false))
        {
            pieces += update.Contents is [TextContent, ..] ? 1 : 0;
        }

        return pieces;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
