namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>The buffers of one run, for the longest prompt.</summary>
internal sealed class EncoderBuffers
{
    public float[] Hidden { get; } = new float[EncoderModel.MaxTokens * EncoderModel.Width];

    public float[] Query { get; } = new float[EncoderModel.MaxTokens * EncoderModel.Width];

    public float[] Key { get; } = new float[EncoderModel.MaxTokens * EncoderModel.Width];

    public float[] Value { get; } = new float[EncoderModel.MaxTokens * EncoderModel.Width];

    public float[] Mixed { get; } = new float[EncoderModel.MaxTokens * EncoderModel.Width];

    public float[] Wide { get; } = new float[EncoderModel.MaxTokens * EncoderModel.NetworkWidth];

    public float[] HeadKeys { get; } = new float[EncoderModel.MaxTokens * Attention.HeadWidth];

    public float[] Scores { get; } = new float[EncoderModel.MaxTokens];
}
