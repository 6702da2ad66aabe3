using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests;

[Collection(RealNeo4j.Collection)]
public sealed class StoreOverHttpTests() : StoreTests(Wire.Http);

[Collection(RealNeo4j.Collection)]
public sealed class RollupOverHttpTests() : RollupTests(Wire.Http);

[Collection(RealNeo4j.Collection)]
public sealed class SharingOverHttpTests() : SharingTests(Wire.Http);

[Collection(RealNeo4j.Collection)]
public sealed class RealSurpriseOverHttpTests() : RealSurpriseTests(Wire.Http);

[Collection(RealNeo4j.Collection)]
public sealed class FaultOverHttpTests() : FaultTests(Wire.Http);
