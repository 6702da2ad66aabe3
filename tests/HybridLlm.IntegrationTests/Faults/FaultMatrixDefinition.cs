namespace HybridLlm.IntegrationTests.Faults;

/// <summary>Gives the tests one matrix, and runs them one after the other and beside no others: their budgets are short.</summary>
[CollectionDefinition(nameof(FaultMatrix), DisableParallelization = true)]
public sealed class FaultMatrixDefinition : ICollectionFixture<FaultMatrix>;
