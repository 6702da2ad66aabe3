namespace HybridLlm;

/// <summary>Which variant of which experiment a request gets.</summary>
public sealed class ExperimentAssignment
{
    internal ExperimentAssignment(string experiment, string variant, string model, VariantOptions? changes = null)
    {
        Experiment = experiment;
        Variant = variant;
        Model = model;
        Changes = changes;
    }

    /// <summary>Gets the name of the experiment.</summary>
    public string Experiment { get; }

    /// <summary>Gets the name of the variant.</summary>
    public string Variant { get; }

    /// <summary>Gets the name of the model whose calls count for the variant: the one that is asked first.</summary>
    public string Model { get; }

    /// <summary>Gets what the variant changes of a request; <see langword="null"/> for an earlier request, of which it is no longer known.</summary>
    internal VariantOptions? Changes { get; }

    /// <summary>Returns the assignment in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => $"experiment '{Experiment}': variant '{Variant}'";
}
