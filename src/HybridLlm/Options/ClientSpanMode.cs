namespace HybridLlm;

/// <summary>Whether HybridLlm reports the calls of models itself, as OpenTelemetry's conventions for generative AI say.</summary>
public enum ClientSpanMode
{
    /// <summary>It does, except where the client that is called reports itself: one that is wrapped with <c>UseOpenTelemetry</c>.</summary>
    Auto,

    /// <summary>It does, for every call.</summary>
    Always,

    /// <summary>
    /// It does not: for applications that wrap HybridLlm's own client with <c>UseOpenTelemetry</c>. Attempts are reported as internal spans without usage, and the
    /// metrics <c>gen_ai.*</c> are left to the application.
    /// </summary>
    Never,
}
