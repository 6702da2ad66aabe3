using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace HybridLlm.Endpoints;

/// <summary>One of several servers behind a provider: how busy it is, and whether it is trusted.</summary>
/// <param name="endpoint">The address, as configured.</param>
/// <param name="provider">The provider of this server alone.</param>
internal sealed class Replica(string endpoint, ILlmProvider provider)
{
    private readonly ConcurrentDictionary<string, IChatClient> _clients = new(StringComparer.Ordinal);
    private int _inFlight;
    private int _waiting;
    private int _failures;
    private int _ejections;
    private volatile bool _isEjected;
    private volatile string? _lastModel;

    public string Endpoint => endpoint;

    public ILlmProvider Provider => provider;

    /// <summary>Gets how many requests of ours it works on, and how many of others wait there, as far as it told.</summary>
    public int Load => Volatile.Read(ref _inFlight) + Volatile.Read(ref _waiting);

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Gets a value indicating whether it gets no requests until it has answered a probe.</summary>
    public bool IsEjected => _isEjected;

    /// <summary>Gets how many times in a row it was ejected, or stayed so after a probe.</summary>
    public int Ejections => Volatile.Read(ref _ejections);

    public IChatClient ClientFor(string modelId) => _clients.GetOrAdd(modelId, static (id, provider) => provider.GetChatClient(id), provider);

    /// <summary>Gets the model that chatted last, which a probe asks too; <see langword="null"/> before the first chat.</summary>
    public string? LastModel => _lastModel;

    public void Enter(string? chatModel)
    {
        _lastModel = chatModel ?? _lastModel;
        Interlocked.Increment(ref _inFlight);
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Notes how many requests wait there; those of ours among them are counted already.</summary>
    public void Waiting(int count) => Volatile.Write(ref _waiting, Math.Max(0, count - InFlight));

    /// <summary>Notes a failure.</summary>
    /// <returns>How many there were in a row.</returns>
    public int Fail() => Interlocked.Increment(ref _failures);

    public void Succeed()
    {
        if (Volatile.Read(ref _failures) != 0)
        {
            Volatile.Write(ref _failures, 0);
        }
    }

    /// <summary>Takes it out.</summary>
    /// <returns>Whether it was in.</returns>
    public bool Eject()
    {
        Interlocked.Increment(ref _ejections);
        return !Interlocked.Exchange(ref _isEjected, true);
    }

    /// <summary>Puts it back.</summary>
    public void Readmit()
    {
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _ejections, 0);
        _isEjected = false;
    }
}
