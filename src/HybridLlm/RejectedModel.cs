namespace HybridLlm;

/// <summary>A model that is not among the routes of a plan, and why.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">The reason in words; <see langword="null"/> when the reason alone says it.</param>
public readonly record struct RejectedModel(ModelProfile Model, RejectionReason Reason, string? Detail = null)
{
    /// <summary>Returns the model and the reason in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => Detail is null ? $"{Model.Name}: {Reason}" : $"{Model.Name}: {Reason} ({Detail})";
}
