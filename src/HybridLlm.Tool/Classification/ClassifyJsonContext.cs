using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Classification;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PromptRow))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Summary))]
internal sealed partial class ClassifyJsonContext : JsonSerializerContext;
