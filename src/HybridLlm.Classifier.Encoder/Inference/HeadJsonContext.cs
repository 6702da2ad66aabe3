using System.Text.Json.Serialization;

namespace HybridLlm.Classifier.Encoder.Inference;

[JsonSerializable(typeof(ClassifierHead))]
internal sealed partial class HeadJsonContext : JsonSerializerContext;
