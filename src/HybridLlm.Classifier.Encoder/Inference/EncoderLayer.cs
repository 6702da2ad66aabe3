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
            Attention.Apply(buffers, tokens, head * Attention.HeadWidth);
        }

        _attended.Apply(buffers.Mixed, tokens, buffers.Query);
        _afterAttention.AddAndApply(hidden, buffers.Query);
        _up.Apply(hidden, tokens, buffers.Wide);
        Activation.Gelu(buffers.Wide.AsSpan(0, tokens * EncoderModel.NetworkWidth));
        _down.Apply(buffers.Wide, tokens, buffers.Query);
        _afterNetwork.AddAndApply(hidden, buffers.Query);
    }

    private static Matrix Linear(GgufFile file, string name) => new(file.Floats(name + ".weight"), file.Floats(name + ".bias"));
}
