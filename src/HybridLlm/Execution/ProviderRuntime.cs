using HybridLlm.Text;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Execution;

/// <summary>A provider in use: its gate, its health, and how many calls are inside, so that it is disposed only when the last one has left.</summary>
internal sealed class ProviderRuntime
{
    private const int DefaultMaxConcurrency = 16;
    private readonly ILogger _logger;
    private volatile ConcurrencyGate _gate;
    private volatile TimeoutOptions _timeouts;
    private volatile ProviderHealth _health = new(ProviderHealthStatus.Unknown);
    private volatile ProviderLoad? _load;
    private int _users = 1;
    private int _retired;

    public ProviderRuntime(string name, ILlmProvider provider, ProviderOptions options, TimeoutOptions timeouts, ILogger logger)
    {
        Name = name;
        Provider = provider;
        Options = options;
        _logger = logger;
        _timeouts = timeouts;
        _gate = NewGate();
    }

    public string Name { get; }

    public ILlmProvider Provider { get; }

    public ProviderOptions Options { get; }

    public ConcurrencyGate Gate => _gate;

    public TimeoutOptions Timeouts => _timeouts;

    /// <summary>Gets or sets what the last health check found.</summary>
    public ProviderHealth Health
    {
        get => _health;
        set => _health = value.Description is { } words ? value with { Description = Redaction.Of(words) } : value;
    }

    /// <summary>Gets or sets how busy the backend says it is; <see langword="null"/> where it does not tell.</summary>
    public ProviderLoad? Load
    {
        get => _load;
        set => _load = value;
    }

    public bool IsRetired => Volatile.Read(ref _retired) != 0;

    /// <summary>Gets a value indicating whether a call is under way. A provider that answers is well, so it is not probed meanwhile.</summary>
    public bool IsBusy => Volatile.Read(ref _users) > 1;

    /// <summary>Takes over what does not need another provider: budgets, and how many calls are let in. Calls that are inside stay where they are.</summary>
    public void Apply(TimeoutOptions timeouts)
    {
        _timeouts = timeouts;
        if (_gate.Permits != Permits)
        {
            _gate = NewGate();
        }
    }

    public void Enter() => Interlocked.Increment(ref _users);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _ = DisposeProviderAsync();
        }
    }

    /// <summary>Takes the provider out of use. It is disposed when the last call has left it.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
        {
            Leave();
        }
    }

    /// <summary>Disposes the provider at once, whoever is inside: the application ends.</summary>
    public ValueTask ShutDownAsync()
    {
        // One user more than will ever leave, so that nobody disposes the provider a second time.
        Interlocked.Increment(ref _users);
        return new(DisposeProviderAsync());
    }

    private int Permits => Options.MaxConcurrency ?? Provider.Capabilities.MaxConcurrency ?? DefaultMaxConcurrency;

    private ConcurrencyGate NewGate() => new($"Provider '{Name}'", Permits, Options.QueueLimit, Options.QueueTimeout);

    private async Task DisposeProviderAsync()
    {
        try
        {
            if (Provider is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (Provider as IDisposable)?.Dispose();
            }
        }
        catch (Exception exception)
        {
            ExecutionLog.ProviderDisposalFailed(_logger, Name, exception);
        }
    }
}
