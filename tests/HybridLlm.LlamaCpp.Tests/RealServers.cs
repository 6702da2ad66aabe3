namespace HybridLlm.LlamaCpp.Tests;

/// <summary>Tests that start real servers run one after another: their threads spin.</summary>
[CollectionDefinition(nameof(RealServers), DisableParallelization = true)]
public sealed class RealServers;
