using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Cascade;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CascadeRow))]
[JsonSerializable(typeof(CascadeDecision))]
[JsonSerializable(typeof(CascadeSummary))]
internal sealed partial class CascadeJsonContext : JsonSerializerContext;
