using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>A simulator and the provider package that talks to it: the columns of the matrix.</summary>
/// <param name="Name">Its name.</param>
/// <param name="StartAsync">Starts the simulator.</param>
/// <param name="Register">Adds the provider <c>faulty</c> for an endpoint, as an application does.</param>
public sealed record FaultyBackend(string Name, Func<CancellationToken, Task<LlmSimulator>> StartAsync, Action<IHybridLlmBuilder, string> Register)
{
    /// <summary>The name of the provider.</summary>
    public const string Provider = "faulty";

    /// <summary>Gets a value indicating whether the provider asks for a stream although the caller reads the whole.</summary>
    public bool PrefersStreaming { get; init; }

    /// <summary>Gets the kind of the failure that the simulator words as the backend's own.</summary>
    public ProviderErrorKind InternalError { get; init; } = ProviderErrorKind.ServerError;

    /// <summary>Gets what this backend's wire makes of a fault that others' wires make something else of, by fault and by whether the wire is a stream.</summary>
    public IReadOnlyDictionary<(string Fault, bool Stream), Outcome> Exceptions { get; init; } = new Dictionary<(string, bool), Outcome>();
}
