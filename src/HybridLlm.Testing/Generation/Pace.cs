namespace HybridLlm.Testing.Generation;

/// <summary>How fast a reply comes.</summary>
/// <param name="TimeToFirstToken">From the slot to the first token.</param>
/// <param name="TokenDelay">From one token to the next.</param>
internal readonly record struct Pace(TimeSpan TimeToFirstToken, TimeSpan TokenDelay);
