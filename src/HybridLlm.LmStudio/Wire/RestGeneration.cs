namespace HybridLlm.LmStudio.Wire;

/// <summary>The generations of LM Studio's own interface.</summary>
internal enum RestGeneration
{
    /// <summary>Not found out yet.</summary>
    Unknown,

    /// <summary>There is none, before 0.3.6: only OpenAI's.</summary>
    None,

    /// <summary><c>/api/v0</c>, from 0.3.6: lists with states.</summary>
    V0,

    /// <summary><c>/api/v1</c>, from 0.4: also loads, unloads and downloads.</summary>
    V1,
}
