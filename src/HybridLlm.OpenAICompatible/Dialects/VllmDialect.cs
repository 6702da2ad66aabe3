using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Dialects;

/// <summary>vLLM.</summary>
internal sealed class VllmDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    internal static readonly VllmDialect Instance = new();

    protected internal override Uri? DefaultEndpoint { get; } = new("http://localhost:8000");

    // The list of models stays green while the engine is dead.
    protected internal override string? HealthPath => "health";

    protected internal override bool PrefersBase64Embeddings => true;

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            // An engine that hangs, or is being stopped, is told by nothing but the pause in a stream.
            PrefersStreaming = true,
        };

    // What it lists it has loaded, the adapters too.
    protected internal override ProviderModel? ReadModel(JsonElement model) =>
        base.ReadModel(model) is { } read ? read with { State = ModelState.Resident } : null;

    protected internal override ProviderErrorKind? Classify(OpenAIError error)
    {
        // The engine is dead, and the server goes within a moment: no request to it will do better.
        if (error.Says("EngineCore encountered an issue", "EngineDeadError"))
        {
            return ProviderErrorKind.Unavailable;
        }

        return error.Status == 400 && error.Says("is not a multimodal model") ? ProviderErrorKind.ModelNotFound : null;
    }
}
