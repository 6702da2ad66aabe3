namespace HybridLlm.Execution;

/// <summary>Tells which of two models is the stronger one.</summary>
/// <remarks>
/// By what is configured or assumed of them, not by what was measured: a weak model whose faults nobody reports would pass for a strong one, and the answers of the
/// strong one are asked for where the weak one failed.
/// </remarks>
internal static class RouteStrength
{
    public static bool IsStronger(ModelProfile model, ModelProfile than, string taskType)
    {
        var difference = QualityOf(model, taskType).CompareTo(QualityOf(than, taskType));
        return difference != 0 ? difference > 0 : SizeOf(model) > SizeOf(than) && SizeOf(than) > 0;
    }

    private static double QualityOf(ModelProfile model, string taskType) =>
        model.Tasks.TryGetValue(taskType, out var preset) && preset.Quality is { } quality ? quality : model.Quality;

    private static double SizeOf(ModelProfile model) => model.ParameterCount ?? model.MemoryMB ?? 0;
}
