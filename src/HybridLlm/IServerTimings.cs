using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>
/// What a backend itself says of its pace. A provider puts it into the additional properties of a response, or of the last update of a stream, under a name of
/// its own; the router then learns from it instead of its own clock, which sees the network and the buffers too.
/// </summary>
/// <seealso cref="ChatResponse.AdditionalProperties"/>
public interface IServerTimings
{
    /// <summary>Gets the generated tokens per second; <see langword="null"/> when the backend does not say.</summary>
    double? TokensPerSecond { get; }
}
