using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Watches over one request. There is none unless the application listens to HybridLlm's traces or metrics, so a hook costs one null check.</summary>
/// <remarks>The attempts of a race call it at the same time.</remarks>
internal abstract class RunObserver
{
    /// <summary>A call has got its place at the gates, after the wait since <see cref="Attempt.Started"/>.</summary>
    public abstract void Entered(Attempt attempt);

    /// <summary>The backend is called. What it starts from here on in the same flow belongs to it.</summary>
    public abstract void Began(Attempt attempt);

    /// <summary>A whole answer came, good or not.</summary>
    public abstract void SawAnswer(Attempt attempt, ChatResponse response);

    /// <summary>A piece of a stream came.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="update">The piece.</param>
    /// <param name="elapsed">How long the call has taken so far, without the time that the caller took.</param>
    public abstract void SawUpdate(Attempt attempt, ChatResponseUpdate update, TimeSpan elapsed);

    /// <summary>Goes to the next piece of a stream, whoever asks for it, as part of the attempt.</summary>
    public abstract ValueTask<bool> MoveNextAsync(Attempt attempt, IAsyncEnumerator<ChatResponseUpdate> updates);

    /// <summary>The call is over, although it may not be known yet what its answer is worth.</summary>
    public abstract void Closed(Attempt attempt);

    /// <summary>It is known what the attempt came to.</summary>
    public abstract void Ended(Attempt attempt, AttemptRecord record);
}
