using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Ollama.Tests.Support;

/// <summary>A provider with the services it needs, as an application would set it up, and the simulator or replay behind it.</summary>
internal sealed class Backend : IHybridLlmBuilder, IAsyncDisposable
{
    internal const string Name = "test";

    private readonly OllamaOptions _options;
    private readonly IAsyncDisposable? _server;
    private ServiceProvider? _services;
    private OllamaProvider? _provider;

    internal Backend(string endpoint, Action<OllamaOptions>? configure = null, IAsyncDisposable? server = null)
    {

        // Most servers here close the connection after their answer, and not always before the next request is sent on it.
        _options = new OllamaOptions
        {
            Endpoint = endpoint,
            ConnectionIdleTimeout = TimeSpan.Zero,
        };
        _server = server;
        configure?.Invoke(_options);
        this.AddOllama();
    }

    public IServiceCollection Services { get; } = new ServiceCollection();

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal string Model { get; init; } = "m";

    internal TimeoutOptions Timeouts { get; } = new();

    internal OllamaProvider Provider
    {
        get
        {
            _services ??= Services.BuildServiceProvider();
            return _provider ??= new OllamaProvider(new ProviderContext(Name, _options, Timeouts, _services, Clock, NullLoggerFactory.Instance), _options);
        }
    }

    internal IChatClient Chat => Provider.GetChatClient(Model);

    /// <summary>A provider to which every request is answered with the same recording.</summary>
    internal static Backend Replaying(string transcript, Action<OllamaOptions>? configure = null) => Replaying(Transcripts.Response("ollama", transcript), configure);

    internal static Backend Replaying(byte[] response, Action<OllamaOptions>? configure = null)
    {
        var server = TranscriptServer.Replaying(response);
        return new(server.Endpoint, configure, server);
    }

    internal static Backend Simulated(OllamaSimulator simulator, Action<OllamaOptions>? configure = null) => new(simulator.Endpoint.ToString(), configure) { Model = "sim-model" };

    internal Task<ChatResponse> AskAsync(string prompt = "hi", ChatOptions? options = null) =>
        Chat.GetResponseAsync(prompt, options, TestContext.Current.CancellationToken);

    internal async Task<List<ChatResponseUpdate>> StreamAsync(string prompt = "hi", ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Chat.GetStreamingResponseAsync(prompt, options, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    /// <summary>Asks, as a whole or as a stream that is put together.</summary>
    internal async Task<ChatResponse> AskAsync(bool streamed, ChatOptions? options = null) =>
        streamed ? (await StreamAsync(options: options)).ToChatResponse() : await AskAsync(options: options);

    internal async Task<(ProviderException Failure, string Text)> FailAsync(bool streamed = true, string prompt = "hi", ChatOptions? options = null)
    {
        var text = "";
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            if (!streamed)
            {
                await AskAsync(prompt, options);
                return;
            }

            await foreach (var update in Chat.GetStreamingResponseAsync(prompt, options, TestContext.Current.CancellationToken))
            {
                text += update.Text;
            }
        });
        return (failure, text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
