using HybridLlm.Testing;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>One fault, and what must come of it.</summary>
/// <param name="Name">Its name, the row of the matrix.</param>
/// <param name="Arrange">Makes the backend faulty.</param>
/// <param name="Streamed">What comes of it when the backend streams to a caller who reads a stream.</param>
/// <param name="Kinds">The kinds of failure that tell the truth about it; empty where it is no failure.</param>
public sealed record FaultCase(string Name, Func<LlmSimulator, Task> Arrange, Outcome Streamed, params ProviderErrorKind[] Kinds)
{
    /// <summary>Gets what comes of it when the backend answers in one piece; <see langword="null"/> for the same as with a stream.</summary>
    public Outcome? Whole { get; init; }

    /// <summary>Gets a value indicating whether the backend says that it failed itself: what kind that is depends on its words.</summary>
    public bool IsInternalError { get; init; }

    /// <summary>Gets a value indicating whether the request asks for JSON.</summary>
    public bool AsksForJson { get; init; }

    /// <summary>Gets a value indicating whether the fault is over after one request, so that asking once more helps where there is no other backend.</summary>
    public bool Heals { get; init; }

    /// <summary>Gets how many requests are sent, one after the other; all must end as they should.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Gets what the faulty backend's answer is, where it is good; <see langword="null"/> for the scripted text.</summary>
    public Func<string, bool>? Accepts { get; init; }

    /// <summary>Says whether a request is one that the matrix sends, rather than a provider's own.</summary>
    /// <param name="request">The request.</param>
    public static bool IsChat(RecordedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Path.Contains("chat", StringComparison.Ordinal);
    }

    /// <summary>Says whether a kind of failure tells the truth about the fault.</summary>
    /// <param name="backend">The backend that has the fault.</param>
    /// <param name="kind">The kind.</param>
    public bool IsTrue(FaultyBackend backend, ProviderErrorKind? kind)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return kind is { } said && (Kinds.Contains(said) || (IsInternalError && said == backend.InternalError));
    }

    /// <summary>Returns what must come of it.</summary>
    /// <param name="backend">The backend that has the fault.</param>
    /// <param name="streamed">Whether the caller reads a stream.</param>
    public Outcome Expected(FaultyBackend backend, bool streamed)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var outcome = backend.Exceptions.TryGetValue((Name, streamed || backend.PrefersStreaming), out var otherwise) ? otherwise
            : streamed || backend.PrefersStreaming ? Streamed
            : Whole ?? Streamed;

        // Who reads the whole has seen nothing of an answer that breaks off.
        return outcome == Outcome.Interrupted && !streamed ? Outcome.Fallback : outcome;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
