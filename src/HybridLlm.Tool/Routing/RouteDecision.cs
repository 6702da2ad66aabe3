namespace HybridLlm.Tool.Routing;

/// <summary>What was decided about a row.</summary>
/// <param name="Index">The place of the row in its file, from 0.</param>
/// <param name="Model">The model that was chosen.</param>
/// <param name="PredictedTask">The task that the row was taken for.</param>
/// <param name="Score">How well the model was expected to do, 0 to 1.</param>
internal sealed record RouteDecision(int Index, string Model, string PredictedTask, double Score);
