using System.Globalization;

namespace HybridLlm.Selection;

/// <summary>A model of a catalog with what selection needs of it again and again.</summary>
internal sealed class ModelEntry
{
    /// <summary>Features of models that answer. One that has none of them and makes embeddings does nothing else.</summary>
    private const LlmFeatures Answering =
        LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Logprobs | LlmFeatures.Reasoning;

    /// <summary>How many parameters a megabyte of memory holds at the usual four to five bits each.</summary>
    private const double ParametersPerMegabyte = 1.6e6;

    public ModelEntry(ModelProfile model)
    {
        Model = model;
        OnlyEmbeds = (model.Features & (LlmFeatures.Embeddings | Answering)) == LlmFeatures.Embeddings;
        Size = model.ParameterCount ?? model.MemoryMB * ParametersPerMegabyte ?? 0;
        ContextLength = model.ContextLength ?? int.MaxValue;
        FallbackNote = $"fallback of {model.Name}";
        StayNote = $"stays: {model.Name} answers this conversation";
        NotRequested = $"the request names {model.Name}";
        ContextDetail = string.Create(CultureInfo.InvariantCulture, $"its context holds {ContextLength} tokens");
    }

    public ModelProfile Model { get; }

    /// <summary>Gets whether the model makes embeddings and nothing else.</summary>
    public bool OnlyEmbeds { get; }

    /// <summary>Gets the number of parameters, estimated from the memory where it is not known; 0 when neither is.</summary>
    public double Size { get; }

    /// <summary>Gets how many tokens fit; no limit where it is not known.</summary>
    public int ContextLength { get; }

    /// <summary>Gets the positions of the models to try when this one fails: its fallbacks in order, then theirs. Never itself, none twice.</summary>
    public int[] Fallbacks { get; set; } = [];

    /// <summary>Gets the note of a route that stands where it stands because it is a fallback of this model.</summary>
    public string FallbackNote { get; }

    /// <summary>Gets the note of a route that stands first because it answers the conversation.</summary>
    public string StayNote { get; }

    /// <summary>Gets why other models are not used when a request names this one.</summary>
    public string NotRequested { get; }

    /// <summary>Gets how much fits the model, in words.</summary>
    public string ContextDetail { get; }
}
