using System.Text.Json.Serialization;

namespace HybridLlm.Neo4j.Spool;

// Named floating-point literals: an outcome with a value that is not a number must wait like any other.
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CallOutcome))]
[JsonSerializable(typeof(SpooledTotals))]
internal sealed partial class SpoolJsonContext : JsonSerializerContext;
