namespace HybridLlm;

/// <summary>Teaches the router what is known of models before it has seen them at work: from an earlier log, or from a benchmark.</summary>
/// <remarks>
/// Registered by <c>AddHybridLlm()</c>; take it from the services. Nothing is learned of input that has an error anywhere. What was learned is kept like any
/// other outcome, and seeding the same again changes nothing, in this process and after a restart.
/// </remarks>
public interface ILearningSeeder
{
    /// <summary>Learns from a file of JSON lines; docs/learning.md has the format.</summary>
    /// <param name="path">The path of the file, at most 1 GB.</param>
    /// <param name="cancellationToken">Cancels the call; what was learned until then stays, and seeding again goes on.</param>
    /// <returns>How much was learned.</returns>
    /// <exception cref="SeedException">A line cannot be read; the errors name lines and remedies.</exception>
    /// <exception cref="IOException">The file, or what was kept earlier, cannot be read.</exception>
    Task<SeedReport> SeedAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Learns from outcomes.</summary>
    /// <param name="outcomes">The outcomes, at most 1,000,000. Those of an id that is known already are left out.</param>
    /// <param name="cancellationToken">Cancels the call; what was learned until then stays, and seeding again goes on.</param>
    /// <returns>How much was learned.</returns>
    /// <exception cref="SeedException">An outcome means nothing; the errors count outcomes from 1.</exception>
    /// <exception cref="IOException">What was kept earlier cannot be read.</exception>
    Task<SeedReport> SeedAsync(IAsyncEnumerable<CallOutcome> outcomes, CancellationToken cancellationToken = default);
}
