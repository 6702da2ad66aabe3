namespace HybridLlm;

/// <summary>A metrics store through which several hosts learn from one another.</summary>
/// <remarks>
/// <para>
/// Each run of a host publishes what it learned itself, and only that, under an id of its own, and believes that plus what the others published. So nothing counts twice,
/// however often it is published or read, and a host that starts knows what its predecessors knew without reading their outcomes.
/// </para>
/// <para>
/// Of a store that is not shared, a host reads every kept outcome when it starts.
/// </para>
/// </remarks>
/// <seealso cref="IMetricsStore"/>
public interface ISharedLearning
{
    /// <summary>Gets how often to publish and to read.</summary>
    TimeSpan ShareInterval { get; }

    /// <summary>Publishes what this run learned, and says that it is alive.</summary>
    /// <param name="cells">What changed since it was last published; each replaces what the run published before of the same model, task and complexity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is published.</returns>
    ValueTask PublishAsync(IReadOnlyList<LearnedCell> cells, CancellationToken cancellationToken = default);

    /// <summary>Reads what all other runs published.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What they learned, in any order.</returns>
    ValueTask<IReadOnlyList<LearnedCell>> ReadOthersAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the newest outcomes of all hosts, to know the responses that feedback may be given on.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The outcomes, the oldest first.</returns>
    ValueTask<IReadOnlyList<CallOutcome>> ReadRecentAsync(int count, CancellationToken cancellationToken = default);
}
