using System.Text.Json.Serialization;

namespace HybridLlm.Metrics.Reports;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(PerformanceReport))]
[JsonSerializable(typeof(PerformanceSeries))]
[JsonSerializable(typeof(RecommendationReport))]
[JsonSerializable(typeof(ComparisonReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
