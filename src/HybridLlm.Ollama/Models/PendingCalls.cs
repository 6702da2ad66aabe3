namespace HybridLlm.Ollama.Models;

/// <summary>Counts, for each model, the calls that the server has not answered yet. A model that waits for another one's eviction, or loads, is not listed by the server.</summary>
internal sealed class PendingCalls
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Notes a call.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>Takes the note back when it is disposed.</returns>
    internal Note Enter(string modelId)
    {
        lock (_lock)
        {
            _counts[modelId] = _counts.GetValueOrDefault(modelId) + 1;
        }

        return new(this, modelId);
    }

    /// <summary>Tells whether a call for a model is not answered yet, by whatever name the model was called.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>Whether there is one.</returns>
    internal bool Has(string modelId)
    {
        lock (_lock)
        {
            return _counts.Keys.Any(name => ModelName.AreSame(name, modelId));
        }
    }

    private void Leave(string modelId)
    {
        lock (_lock)
        {
            var left = _counts[modelId] - 1;
            if (left == 0)
            {
                _counts.Remove(modelId);
            }
            else
            {
                _counts[modelId] = left;
            }
        }
    }

    /// <summary>A call that is noted. To be disposed once.</summary>
    internal readonly struct Note(PendingCalls calls, string modelId) : IDisposable
    {
        public void Dispose() => calls.Leave(modelId);
    }
}
