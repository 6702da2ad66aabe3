using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Live;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskRow))]
[JsonSerializable(typeof(LiveDecision))]
[JsonSerializable(typeof(LiveSummary))]
internal sealed partial class LiveJsonContext : JsonSerializerContext;
