namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Embeds texts in process, one at a time: the buffers are large, and prompts that need a second opinion are few.</summary>
internal sealed class InProcessEmbedder : IDisposable
{
    private readonly Lazy<EncoderModel> _model = new(EncoderModel.Load);
    private readonly Lazy<EncoderBuffers> _buffers = new(static () => new());
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Embeds a text.</summary>
    public async ValueTask<float[]> EmbedAsync(string text, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _model.Value.Embed(text, _buffers.Value, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
