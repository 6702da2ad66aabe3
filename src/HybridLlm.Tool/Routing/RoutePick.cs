namespace HybridLlm.Tool.Routing;

/// <summary>What each way to choose takes for a prompt: the place of a model.</summary>
/// <param name="Ours">What we choose.</param>
/// <param name="Expected">How well it is expected to do.</param>
/// <param name="Task">The task that the prompt is taken for.</param>
/// <param name="BestSingle">The model that was best on the rows learned from.</param>
/// <param name="BestPerTask">The model that was best at the tasks that the prompt may be of.</param>
/// <param name="Neighbours">The model that was best on the nearest prompts.</param>
internal sealed record RoutePick(int Ours, double Expected, string Task, int BestSingle, int BestPerTask, int Neighbours);
