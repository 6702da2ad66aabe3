namespace HybridLlm.Tool.Metrics;

/// <summary>Between which bounds a figure lies in 95 of 100 cases.</summary>
internal sealed record Interval(double Low, double High);
