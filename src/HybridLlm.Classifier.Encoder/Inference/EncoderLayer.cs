namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>One layer of the encoder: attention over all tokens, then a network for each.</summary>
internal sealed class EncoderLayer(GgufFile file, string prefix)
{
    private readonly Matrix _query = Linear(file, prefix + "attn_q");
    private readonly Matrix _key = Linear(file, prefix + "attn_k");
    private readonly Matrix _value = Linear(file, prefix + "attn_v");
    private readonly Matrix _attended = Linear(file, prefix + "attn_output");
    private readonly Normalization _afterAttention = new(file, prefix + "attn_output_norm");
    private readonly Matrix _up = Linear(file, prefix + "ffn_up");
    private readonly Matrix _down = Linear(file, prefix + "ffn_down");
    private readonly Normalization _afterNetwork = new(file, prefix + "layer_output_norm");

    /// <summary>Applies the layer in place.</summary>
    public void Apply(EncoderBuffers buffers, int tokens)
    {
        var hidden = buffers.Hidden.AsSpan(0, tokens * EncoderModel.Width);
        _query.Apply(hidden, tokens, buffers.Query);
        _key.Apply(hidden, tokens, buffers.Key);
        _value.Apply(hidden, tokens, buffers.Value);
        for (var head = 0; head < EncoderModel.Heads; head++)
        {
            Attend(buffers, tokens, head * EncoderModel.HeadWidth);
        }

        _attended.Apply(buffers.Mixed, tokens, buffers.Query);
        _afterAttention.AddAndApply(hidden, buffers.Query);
        _up.Apply(hidden, tokens, buffers.Wide);
        Activation.Gelu(buffers.Wide.AsSpan(0, tokens * EncoderModel.NetworkWidth));
        _down.Apply(buffers.Wide, tokens, buffers.Query);
        _afterNetwork.AddAndApply(hidden, buffers.Query);
    }

    private static void Attend(EncoderBuffers buffers, int tokens, int from)
    {
        var scale = 1 / MathF.Sqrt(EncoderModel.HeadWidth);
        var weights = buffers.Attention.AsSpan(0, tokens);
        for (var t = 0; t < tokens; t++)
        {
            var query = Part(buffers.Query, t, from);
            for (var s = 0; s < tokens; s++)
            {
                weights[s] = scale * Matrix.Dot(query, Part(buffers.Key, s, from));
            }

            Activation.Softmax(weights);
            var mixed = Part(buffers.Mixed, t, from);
            mixed.Clear();
            for (var s = 0; s < tokens; s++)
            {
                Activation.AddScaled(Part(buffers.Value, s, from), weights[s], mixed);
            }
        }
    }

    private static Span<float> Part(float[] rows, int row, int from) => rows.AsSpan((row * EncoderModel.Width) + from, EncoderModel.HeadWidth);

    private static Matrix Linear(GgufFile file, string name) => new(file.Floats(name + ".weight"), file.Floats(name + ".bias"));
}
