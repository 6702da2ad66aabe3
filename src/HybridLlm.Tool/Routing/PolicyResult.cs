using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.Routing;

/// <summary>What a way to choose comes to.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Score">The mean score of the models that it chooses.</param>
/// <param name="Interval">Between which bounds that lies in 95 of 100 cases.</param>
/// <param name="Price">The mean relative price of the models that it chooses.</param>
internal sealed record PolicyResult(string Policy, double Score, Interval? Interval, double Price);
