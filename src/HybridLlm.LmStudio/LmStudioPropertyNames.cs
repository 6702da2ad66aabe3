using Microsoft.Extensions.AI;

namespace HybridLlm.LmStudio;

/// <summary>Names in the <see cref="ChatResponse.AdditionalProperties"/> of answers, and of the last update of a stream.</summary>
public static class LmStudioPropertyNames
{
    /// <summary>The <see cref="LmStudioStats"/>, where LM Studio tells any.</summary>
    public const string Stats = "lmstudio.stats";
}
