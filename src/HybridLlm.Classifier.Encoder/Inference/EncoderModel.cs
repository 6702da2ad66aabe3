namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>The encoder: a text becomes one vector. Safe for concurrent use with buffers of each caller's own: they are large.</summary>
internal sealed class EncoderModel
{
    public const int Width = 384;
    public const int Heads = Width / Attention.HeadWidth;
    public const int NetworkWidth = 1536;
    public const int Layers = 6;
    public const int MaxTokens = 512;

    private const string ResourceName = "task-classifier-q8_0.gguf";

    private readonly WordPieces _words;
    private readonly QuantizedRows _tokens;
    private readonly float[] _positions;
    private readonly float[] _segment;
    private readonly Normalization _atStart;
    private readonly EncoderLayer[] _layers;

    private EncoderModel(GgufFile file)
    {
        _words = new(file.Tokens);
        _tokens = file.Quantized("token_embd.weight", Width);
        _positions = file.Floats("position_embd.weight");
        _segment = file.Floats("token_types.weight")[..Width];
        _atStart = new(file, "token_embd_norm");
        _layers = [.. Enumerable.Range(0, Layers).Select(i => new EncoderLayer(file, $"blk.{i}."))];
    }

    /// <summary>Loads the model that is shipped.</summary>
    public static EncoderModel Load()
    {
        using var stream = typeof(EncoderModel).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new(new GgufFile(file));
    }

    /// <summary>Embeds a text: the mean over its tokens, of length 1.</summary>
    public float[] Embed(string text, EncoderBuffers buffers, CancellationToken cancellationToken)
    {
        var tokens = _words.Split(text, MaxTokens);
        var hidden = buffers.Hidden.AsSpan(0, tokens.Count * Width);
        for (var t = 0; t < tokens.Count; t++)
        {
            var row = hidden.Slice(t * Width, Width);
            _tokens.Row(tokens[t], row);
            for (var i = 0; i < Width; i++)
            {
                row[i] += _positions[(t * Width) + i] + _segment[i];
            }
        }

        _atStart.Apply(hidden);
        foreach (var layer in _layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            layer.Apply(buffers, tokens.Count);
        }

        return Mean(hidden);
    }

    private static float[] Mean(ReadOnlySpan<float> hidden)
    {
        var mean = new float[Width];
        for (var i = 0; i < hidden.Length; i++)
        {
            mean[i % Width] += hidden[i];
        }

        var length = MathF.Sqrt(Matrix.Dot(mean, mean));
        for (var i = 0; i < Width; i++)
        {
            mean[i] /= length;
        }

        return mean;
    }
}
