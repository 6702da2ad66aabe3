namespace HybridLlm;

/// <summary>Learns from outcomes how each model does at each task type. Safe for concurrent use; reading never blocks.</summary>
public interface IPerformanceTracker
{
    /// <summary>Takes an outcome. Never blocks and never fails.</summary>
    /// <param name="outcome">The outcome.</param>
    void Record(CallOutcome outcome);

    /// <summary>Gets what was measured of a model at a task type, over all complexities.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="taskType">The task type.</param>
    /// <returns>The measurements; all zero when there are none.</returns>
    ModelPerformance GetPerformance(string model, string taskType);

    /// <summary>Gets what was measured of a model at a task type and complexity.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="taskType">The task type.</param>
    /// <param name="complexity">The complexity.</param>
    /// <returns>The measurements; all zero when there are none.</returns>
    ModelPerformance GetPerformance(string model, string taskType, ComplexityLevel complexity);

    /// <summary>Gets all measurements, one entry per model and task type, ordered by model and task type.</summary>
    /// <returns>The measurements.</returns>
    IReadOnlyList<ModelPerformance> GetAll();
}
