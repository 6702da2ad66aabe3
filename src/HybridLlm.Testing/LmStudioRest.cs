namespace HybridLlm.Testing;

/// <summary>Which generations of its own REST interface an LM Studio has, besides the endpoints it shares with OpenAI.</summary>
public enum LmStudioRest
{
    /// <summary>None: before 0.3.6.</summary>
    None,

    /// <summary><c>/api/v0</c>: 0.3.6 and later.</summary>
    V0,

    /// <summary><c>/api/v0</c> and <c>/api/v1</c>: 0.4.0 and later.</summary>
    V1,
}
