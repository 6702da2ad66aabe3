namespace HybridLlm;

/// <summary>What a comparison of two versions shows.</summary>
public enum ComparisonVerdict
{
    /// <summary>One of the versions has too few attempts.</summary>
    NotEnoughEvidence,

    /// <summary>No difference that matters is shown: in success none at all, in speed none of a tenth. That is not proof that there is none: see how wide the interval is.</summary>
    NoDifference,

    /// <summary>The later version succeeds more often, or as often and faster.</summary>
    Better,

    /// <summary>The later version succeeds less often, or as often and slower.</summary>
    Worse,
}
