namespace HybridLlm.Metrics;

/// <summary>What measured accuracy does to a model at a task type.</summary>
internal enum ModelStanding
{
    /// <summary>Nothing, or there is too little evidence.</summary>
    Neutral,

    /// <summary>It is good enough to be preferred.</summary>
    Boosted,

    /// <summary>It fails too often to be used.</summary>
    Deprioritised,
}
