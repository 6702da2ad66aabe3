namespace HybridLlm.Tool.Routing;

/// <summary>How learning online went.</summary>
/// <param name="Requests">The number of requests.</param>
/// <param name="Shuffled">Whether the rows were shuffled, rather than coming in the order of their file.</param>
/// <param name="Drift">The request at which the models changed; <see langword="null"/> when they did not.</param>
/// <param name="Explored">The share of requests that tried another model than the best known one.</param>
/// <param name="Regret">The sum of what was lost against the best model of each task.</param>
/// <param name="Curve">How it went, stretch after stretch.</param>
internal sealed record OnlineSummary(int Requests, bool Shuffled, int? Drift, double Explored, double Regret, IReadOnlyList<OnlinePoint> Curve);
