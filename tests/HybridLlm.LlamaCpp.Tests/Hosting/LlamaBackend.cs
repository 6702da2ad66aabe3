using HybridLlm.LlamaCpp.Tests.Doubles;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LlamaCpp.Tests.Hosting;

/// <summary>A provider with the services it needs, as an application would set it up.</summary>
internal sealed class LlamaBackend : IHybridLlmBuilder, IAsyncDisposable
{
    public const string Name = "local";
    private readonly LlamaCppOptions _options = new();
    private ServiceProvider? _services;
    private LlamaCppProvider? _provider;

    public LlamaBackend(Action<LlamaCppOptions> configure)
    {
        configure(_options);
        _options.Complete();
        this.AddLlamaCpp();
    }

    public IServiceCollection Services { get; } = new ServiceCollection();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public TimeoutOptions Timeouts { get; } = new();

    public RecordingLogger Log { get; } = new();

    public LlamaCppProvider Provider
    {
        get
        {
            _services ??= Services.BuildServiceProvider();
            return _provider ??= new LlamaCppProvider(new ProviderContext(Name, _options, Timeouts, _services, Clock, Log), _options);
        }
    }

    public IChatClient Chat => Provider.GetChatClient("m");

    /// <summary>Gets the address of the supervised server, which runs.</summary>
    public string Endpoint => Provider.Supervisor!.Status.Endpoint!.ToString();

    /// <summary>Gets the process of the supervised server, which runs.</summary>
    public int ServerId => ServerIdOrNull!.Value;

    public int? ServerIdOrNull => Provider.Supervisor!.Status.ProcessId;

    /// <summary>A supervised server with a model of the shared folder; skips the test where there is no server or model.</summary>
    public static LlamaBackend Supervised(string model, Action<LlamaCppOptions>? configure = null) => new(options =>
    {
        options.ServerPath = RealLlama.Server;
        options.ModelPath = RealLlama.Model(model);
        options.Threads = 1;
        options.ContextSize = 2_048;
        options.PromptCacheMB = 0;
        configure?.Invoke(options);
    });

    public Task<ChatResponse> AskAsync(string prompt, ChatOptions? options = null) =>
        Chat.GetResponseAsync(prompt, options, TestContext.Current.CancellationToken);

    public async Task<List<ChatResponseUpdate>> StreamAsync(string prompt, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Chat.GetStreamingResponseAsync(prompt, options, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }
}
