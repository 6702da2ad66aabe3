namespace HybridLlm.Testing;

/// <summary>Where an LM Studio puts what a model thinks; it depends on the model and on a setting of the developer page.</summary>
public enum LmStudioReasoning
{
    /// <summary>In the field <c>reasoning_content</c>.</summary>
    ReasoningContent,

    /// <summary>In the field <c>reasoning</c>, as for gpt-oss.</summary>
    Reasoning,

    /// <summary>In the text, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>.</summary>
    InText,
}
