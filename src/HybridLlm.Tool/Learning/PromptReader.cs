using HybridLlm.Classifier.Encoder.Inference;

namespace HybridLlm.Tool.Learning;

/// <summary>Takes the features of prompts. The encoder takes more time than all the rest, so it is asked only where it is wanted, once for each prompt, on all cores.</summary>
/// <param name="withMeaning">Whether the encoder is asked what prompts mean.</param>
internal sealed class PromptReader(bool withMeaning)
{
    private readonly Dictionary<string, float[]> _meanings = new(StringComparer.Ordinal);

    /// <summary>Asks what prompts mean, of which that is not known yet.</summary>
    public void Prepare(IEnumerable<string> prompts, CancellationToken cancellationToken)
    {
        if (!withMeaning)
        {
            return;
        }

        var unread = prompts.Where(prompt => !_meanings.ContainsKey(prompt)).Distinct(StringComparer.Ordinal).ToList();
        var meanings = BulkEmbedder.Embed(unread, cancellationToken);
        for (var i = 0; i < unread.Count; i++)
        {
            _meanings[unread[i]] = meanings[i];
        }
    }

    /// <summary>Takes the features of a prompt that was prepared.</summary>
    public Features Read(string prompt) => withMeaning ? Features.Of(prompt) with { Meaning = _meanings[prompt] } : Features.Of(prompt);
}
