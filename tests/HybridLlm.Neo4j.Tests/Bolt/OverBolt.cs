using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests.Bolt;

[Collection(RealNeo4j.Collection)]
public sealed class StoreOverBoltTests() : StoreTests(Wire.Bolt);

[Collection(RealNeo4j.Collection)]
public sealed class RollupOverBoltTests() : RollupTests(Wire.Bolt);

[Collection(RealNeo4j.Collection)]
public sealed class SharingOverBoltTests() : SharingTests(Wire.Bolt);

[Collection(RealNeo4j.Collection)]
public sealed class RealSurpriseOverBoltTests() : RealSurpriseTests(Wire.Bolt);

[Collection(RealNeo4j.Collection)]
public sealed class FaultOverBoltTests() : FaultTests(Wire.Bolt);

[Collection(RealNeo4j.Collection)]
public sealed class StoreRoutedTests() : StoreTests(Wire.Routed);

[Collection(RealNeo4j.Collection)]
public sealed class RollupRoutedTests() : RollupTests(Wire.Routed);

[Collection(RealNeo4j.Collection)]
public sealed class RealSurpriseRoutedTests() : RealSurpriseTests(Wire.Routed);
