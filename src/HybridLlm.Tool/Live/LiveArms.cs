namespace HybridLlm.Tool.Live;

/// <summary>The answers of each way to the same tasks, in their order.</summary>
/// <param name="FastName">The fast model.</param>
/// <param name="StrongName">The strong model.</param>
/// <param name="Fast">What the fast model answered.</param>
/// <param name="Strong">What the strong model answered.</param>
/// <param name="Ours">What the router answered.</param>
internal sealed record LiveArms(
    string FastName, string StrongName, LiveAnswer[] Fast, LiveAnswer[] Strong, LiveAnswer[] Ours);
