using System.Text.Json.Serialization;

namespace HybridLlm.Tool.StrongWeak;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StrongWeakRow))]
[JsonSerializable(typeof(StrongWeakDecision))]
[JsonSerializable(typeof(StrongWeakSummary))]
internal sealed partial class StrongWeakJsonContext : JsonSerializerContext;
