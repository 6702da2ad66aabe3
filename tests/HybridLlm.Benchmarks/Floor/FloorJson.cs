using System.Text.Json.Serialization;

namespace HybridLlm.Benchmarks.Floor;

internal sealed record FloorMessage(string Role, string Content);

internal sealed record FloorRequest(string Model, IReadOnlyList<FloorMessage> Messages, bool? Stream);

internal sealed record FloorChoice(int Index, FloorMessage? Message, FloorDelta? Delta, string? FinishReason);

internal sealed record FloorDelta(string? Content);

internal sealed record FloorUsage(int PromptTokens, int CompletionTokens, int TotalTokens);

internal sealed record FloorResponse(string Id, string Model, IReadOnlyList<FloorChoice> Choices, FloorUsage? Usage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FloorRequest))]
[JsonSerializable(typeof(FloorResponse))]
internal sealed partial class FloorJson : JsonSerializerContext;
