namespace HybridLlm;

/// <summary>One choice: a model at a provider, and why it stands where it stands in the plan.</summary>
/// <param name="Model">The model.</param>
/// <param name="Score">Its score, broken down into named parts.</param>
/// <param name="Note">What else decided its place, in words, such as <c>fallback of qwen2.5-7b</c>; or <see langword="null"/>.</param>
public readonly record struct Route(ModelProfile Model, RouteScore Score, string? Note = null)
{
    /// <summary>Returns the route in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => Note is null ? $"{Model.Name} {Score}" : $"{Model.Name} {Score} ({Note})";
}
