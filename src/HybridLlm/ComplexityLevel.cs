namespace HybridLlm;

/// <summary>How strong a model a request needs.</summary>
public enum ComplexityLevel
{
    /// <summary>One step, short input and output, no special knowledge: a small model is expected to do it. Scores 0 to 3.5.</summary>
    Simple,

    /// <summary>Several constraints or steps, or domain knowledge. Scores above 3.5 to 6.5.</summary>
    Medium,

    /// <summary>Long chains, many interacting constraints, or expert knowledge whose errors are costly. Scores above 6.5.</summary>
    Complex,
}
