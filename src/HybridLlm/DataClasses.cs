namespace HybridLlm;

/// <summary>The data classes that exist without being configured. A data class says where the words of a request may go (<see cref="LlmRequest.DataClass"/>).</summary>
public static class DataClasses
{
    /// <summary>The words may go anywhere.</summary>
    public const string Public = "public";

    /// <summary>The words must not leave this machine or network: only providers whose <see cref="ProviderCapabilities.IsLocal"/> says so may see them.</summary>
    public const string LocalOnly = "local-only";
}
