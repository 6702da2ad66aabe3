namespace HybridLlm.Testing.Ollama;

/// <summary>What the answer to a request needs to know besides the text.</summary>
/// <param name="Request">The request.</param>
/// <param name="Model">The model.</param>
/// <param name="Lease">What keeps the model loaded.</param>
/// <param name="Clock">The simulator's clock.</param>
/// <param name="Started">The time stamp of the request.</param>
/// <param name="LoadDuration">How long it took until the model was there.</param>
internal sealed record OllamaJob(OllamaRequest Request, SimulatedModel Model, RunnerLease Lease, TimeProvider Clock, long Started, TimeSpan LoadDuration);
