using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Experiments;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ExperimentReport))]
internal sealed partial class ExperimentJsonContext : JsonSerializerContext;
