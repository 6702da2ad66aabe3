namespace HybridLlm.Selection;

/// <summary>The numbers that a <see cref="RouteScore"/> consists of.</summary>
[Flags]
internal enum RouteParts
{
    None = 0,
    Quality = 1,
    Success = 2,
    Speed = 4,
    Throughput = 8,
    Preference = 16,
    Rule = 32,
    AccuracyBoost = 64,
    SmallModel = 128,
    Evidence = 256,
    Cost = 512,
    Memory = 1024,
}
