using System.Text.Json.Serialization;

namespace HybridLlm.Training.Data;

[JsonSerializable(typeof(PromptRow))]
[JsonSerializable(typeof(OutcomeRow))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
