using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Routing;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RouteRow))]
[JsonSerializable(typeof(Dictionary<string, ModelCard>))]
[JsonSerializable(typeof(RouteDecision))]
[JsonSerializable(typeof(RouteSummary))]
internal sealed partial class RouteJsonContext : JsonSerializerContext;
