namespace HybridLlm.Tool.Routing;

/// <summary>A stretch of requests.</summary>
/// <param name="Requests">The number of requests so far.</param>
/// <param name="Score">The mean score in the stretch, what was explored included.</param>
/// <param name="BestPerTask">What the best model of each task would have scored in the stretch: known only in hindsight.</param>
/// <param name="Known">What the models that are best as far as is known now score over all rows.</param>
/// <param name="BestKnown">What the best model of each task scores over all rows.</param>
/// <param name="Regret">What was lost so far against the best model of each task.</param>
internal sealed record OnlinePoint(int Requests, double Score, double BestPerTask, double Known, double BestKnown, double Regret);
