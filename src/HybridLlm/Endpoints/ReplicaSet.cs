using HybridLlm.Text;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Endpoints;

/// <summary>
/// Chooses among the servers of one provider: of two at random the less busy one, which spreads load nearly as well as looking at all of them and, unlike
/// that, does not send everybody to the one that was idle a moment ago. A server that fails is ejected until it has answered a probe.
/// </summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    /// <summary>How many failures in a row eject a server that can be reached.</summary>
    internal const int FailuresToEject = 3;

    /// <summary>How long a request waits for its first content before its server is looked at when the caller gives up.</summary>
    internal static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly string _provider;
    private readonly Replica[] _replicas;
    private readonly ReplicaProber _prober;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<int, int> _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<Replica, Task> _probes = [];

    public ReplicaSet(string provider, IEnumerable<Replica> replicas, TimeSpan probeBudget, TimeProvider time, ILogger logger, Func<int, int>? random = null)
    {
        _provider = provider;
        _replicas = [.. replicas];
        _prober = new(probeBudget, time);
        _time = time;
        _logger = logger;
        _random = random ?? Random.Shared.Next;
    }

    public IReadOnlyList<Replica> Replicas => _replicas;

    /// <summary>Chooses a server for a request.</summary>
    /// <param name="tried">Those that failed the request already.</param>
    /// <returns>The server; <see langword="null"/> when all were tried. Where all that are left are ejected it is one of them: they may be better than nothing.</returns>
    public Replica? Choose(IReadOnlyCollection<Replica> tried)
    {
        int trusted = 0, ejected = 0;
        foreach (var replica in _replicas)
        {
            if (tried.Count == 0 || !tried.Contains(replica))
            {
                _ = replica.IsEjected ? ejected++ : trusted++;
            }
        }

        return trusted > 0 ? PowerOfTwo(tried, trusted, ejected: false)
            : ejected > 0 ? PowerOfTwo(tried, ejected, ejected: true)
            : null;
    }

    /// <summary>Notes that a server answered.</summary>
    public static void Succeeded(Replica replica) => replica.Succeed();

    /// <summary>Notes that a server failed, and ejects it if that says something about the next request too.</summary>
    public void Failed(Replica replica, ProviderException failure)
    {
        var ejects = failure.Kind switch
        {
            ProviderErrorKind.Unavailable or ProviderErrorKind.Unauthorized or ProviderErrorKind.QuotaExhausted => true,
            ProviderErrorKind.ServerError or ProviderErrorKind.InvalidResponse or ProviderErrorKind.StreamInterrupted or ProviderErrorKind.Timeout => replica.Fail() >= FailuresToEject,
            _ => false,
        };
        if (ejects)
        {
            Eject(replica, FailureWords.Of(failure));
        }
    }

    /// <summary>Notes that a caller gave up on a server that had given no content for long: it may be stuck although it looks well.</summary>
    public void Suspect(Replica replica)
    {
        if (!replica.IsEjected)
        {
            Schedule(replica, () => ExamineAsync(replica));
        }
    }

    /// <summary>Notes that a server says itself that it is not well.</summary>
    public void Eject(Replica replica, string reason)
    {
        if (replica.Eject())
        {
            EndpointsLog.Ejected(_logger, replica.Endpoint, _provider, reason);
        }

        Schedule(replica, () => BringBackAsync(replica));
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
            running = [.. _probes.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Replica PowerOfTwo(IReadOnlyCollection<Replica> tried, int count, bool ejected)
    {
        var first = _random(count);
        var second = count == 1 ? first : _random(count - 1);
        second += count > 1 && second >= first ? 1 : 0;
        Replica? one = null, other = null;
        var place = 0;
        foreach (var replica in _replicas)
        {
            if (replica.IsEjected != ejected || (tried.Count > 0 && tried.Contains(replica)))
            {
                continue;
            }

            one = place == first ? replica : one;
            other = place == second ? replica : other;
            place++;
        }

        // A server may have been ejected between the two looks.
        return (one, other) switch
        {
            ({ } a, { } b) => b.Load < a.Load ? b : a,
            ({ } a, null) => a,
            (null, { } b) => b,
            _ => _replicas.First(replica => !tried.Contains(replica)),
        };
    }

    private void Schedule(Replica replica, Func<Task> probe)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested && !(_probes.TryGetValue(replica, out var running) && !running.IsCompleted))
            {
                _probes[replica] = Task.Run(probe);
            }
        }
    }

    private async Task ExamineAsync(Replica replica)
    {
        if (await FindFaultAsync(replica).ConfigureAwait(false) is not { } fault || _stop.IsCancellationRequested)
        {
            return;
        }

        if (replica.Eject())
        {
            EndpointsLog.Ejected(_logger, replica.Endpoint, _provider, fault);
        }

        await BringBackAsync(replica).ConfigureAwait(false);
    }

    private async Task BringBackAsync(Replica replica)
    {
        try
        {
            while (replica.IsEjected)
            {
                var rest = FirstRest * Math.Pow(2, Math.Min(replica.Ejections - 1, 10));
                await Task.Delay(rest < LongestRest ? rest : LongestRest, _time, _stop.Token).ConfigureAwait(false);
                if (await FindFaultAsync(replica).ConfigureAwait(false) is { } fault)
                {
                    EndpointsLog.ProbeFailed(_logger, replica.Endpoint, _provider, fault);
                    replica.Eject();
                }
                else
                {
                    replica.Readmit();
                    EndpointsLog.Readmitted(_logger, replica.Endpoint, _provider);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The provider goes out of use.
        }
    }

    private Task<string?> FindFaultAsync(Replica replica) => _prober.FindFaultAsync(replica, _stop.Token);
}
