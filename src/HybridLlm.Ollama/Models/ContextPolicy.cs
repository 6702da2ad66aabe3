using System.Collections.Concurrent;

namespace HybridLlm.Ollama.Models;

/// <summary>How many tokens fit a request to a model. One number per model and no other, because Ollama loads a model anew whenever <c>num_ctx</c> changes.</summary>
internal sealed class ContextPolicy
{
    /// <summary>What Ollama gives a model where neither it nor the application says anything, on a machine with little video memory.</summary>
    private const int ServerDefault = 4096;

    private readonly int? _general;
    private readonly Dictionary<string, int> _byModel;
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    internal ContextPolicy(OllamaOptions options)
    {
        _general = options.ContextLength;
        _byModel = new(StringComparer.Ordinal);
        foreach (var (model, length) in options.ContextLengths)
        {
            _byModel[ModelName.Normalize(model)] = length;
        }
    }

    /// <summary>Gets what every request to the model asks for.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The number; <see langword="null"/> to leave it to the server.</returns>
    internal int? NumCtx(string modelId) =>
        _byModel.Count > 0 && _byModel.TryGetValue(ModelName.Normalize(modelId), out var length) ? length : _general;

    /// <summary>Gets what the model has, where it is known for certain.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The number; <see langword="null"/> if it is not known.</returns>
    internal int? Known(string modelId) => NumCtx(modelId) ?? (_seen.TryGetValue(ModelName.Normalize(modelId), out var length) ? length : null);

    /// <summary>Remembers what a model was loaded with: it will be loaded so again.</summary>
    /// <param name="loaded">The models in memory.</param>
    internal void Remember(IReadOnlyList<OllamaLoadedModel> loaded)
    {
        foreach (var model in loaded)
        {
            if (model.ContextLength is { } length)
            {
                _seen[ModelName.Normalize(model.Name)] = length;
            }
        }
    }

    /// <summary>Gets what a model has or will have.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="details">What is known of it; or <see langword="null"/>.</param>
    /// <returns>The number; where nothing else says it the least that a server gives.</returns>
    internal int Expected(string modelId, ModelDetails? details) =>
        Math.Min(Known(modelId) ?? details?.ContextParameter ?? ServerDefault, details?.TrainedContext ?? int.MaxValue);
}
