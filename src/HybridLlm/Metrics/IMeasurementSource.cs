namespace HybridLlm.Metrics;

/// <summary>A tracker that gives what a choice looks at without the rest: with many models that rest is most of the cost of a choice.</summary>
internal interface IMeasurementSource
{
    /// <summary>Gets what was measured of a model at a task.</summary>
    Measurement Measure(string model, string taskType);

    /// <summary>Gets what was measured of a model at a task of a complexity.</summary>
    Measurement Measure(string model, string taskType, ComplexityLevel complexity);
}
