using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>A provider with the services it needs, as an application would set it up.</summary>
internal sealed class Backend : IHybridLlmBuilder, IAsyncDisposable
{
    internal const string Name = "test";
    private readonly OpenAICompatibleOptions _options;
    private readonly OpenAIDialect? _dialect;
    private ServiceProvider? _services;
    private OpenAICompatibleProvider? _provider;

    internal Backend(string endpoint, Action<OpenAICompatibleOptions>? configure = null, OpenAIDialect? dialect = null, IServiceCollection? services = null)
    {
        Services = services ?? new ServiceCollection();
        _options = new OpenAICompatibleOptions { Endpoint = endpoint };
        configure?.Invoke(_options);
        _dialect = dialect;
        this.AddOpenAICompatible();
    }

    public IServiceCollection Services { get; }

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal TimeoutOptions Timeouts { get; } = new();

    internal IServiceProvider Built => _services ??= Services.BuildServiceProvider();

    internal OpenAICompatibleProvider Provider =>
        _provider ??= new OpenAICompatibleProvider(new ProviderContext(Name, _options, Timeouts, Built, Clock, NullLoggerFactory.Instance), _options, _dialect);

    internal OpenAITransport Transport => new(Name, Built.GetRequiredService<IHttpClientFactory>(), () => new Uri(_options.Endpoint!), _options, OpenAIDialect.Default, Clock);

    internal IChatClient Chat => Provider.GetChatClient("m");

    internal Task<ChatResponse> AskAsync(ChatOptions? options = null) =>
        Chat.GetResponseAsync([new ChatMessage(ChatRole.User, "hi")], options, TestContext.Current.CancellationToken);

    internal async Task<List<ChatResponseUpdate>> StreamAsync(ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Chat.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hi")], options, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    /// <summary>Streams until the failure that is expected.</summary>
    /// <returns>The failure, and what came before it.</returns>
    internal async Task<(ProviderException Failure, string Text)> StreamToFailureAsync()
    {
        var text = "";
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in Chat.GetStreamingResponseAsync("hi", null, TestContext.Current.CancellationToken))
            {
                text += update.Text;
            }
        });
        return (failure, text);
    }

    internal Task<ProviderException> FailAsync() => Assert.ThrowsAsync<ProviderException>(() => AskAsync());

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }
}
