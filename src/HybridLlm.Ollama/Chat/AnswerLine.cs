using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Chat;

namespace HybridLlm.Ollama.Chat;

/// <summary>What one line of an answer says. An answer that is not streamed is a single line. One instance serves all lines.</summary>
internal sealed class AnswerLine
{
    /// <summary>The model, as it was asked for. It stays from line to line.</summary>
    internal string? Model;

    /// <summary>When the first line was made. It stays.</summary>
    internal DateTimeOffset? Created;

    internal string? Text;
    internal string? Thinking;
    internal List<TokenLogprob>? Logprobs;
    internal bool IsError;

    /// <summary>Whether the answer is complete with this line.</summary>
    internal bool IsDone;

    internal string? DoneReason;
    internal long? PromptTokens;
    internal long? GeneratedTokens;
    internal long? TotalNanoseconds;
    internal long? LoadNanoseconds;
    internal long? PromptNanoseconds;
    internal long? GenerationNanoseconds;

    internal List<ToolCallFragment> ToolCalls { get; } = [];

    internal bool HasContent => Text is not null || Thinking is not null || Logprobs is not null || ToolCalls.Count > 0;

    /// <summary>Forgets the last line, except for what stays.</summary>
    internal void Clear()
    {
        Text = Thinking = DoneReason = null;
        Logprobs = null;
        IsError = IsDone = false;
        PromptTokens = GeneratedTokens = TotalNanoseconds = LoadNanoseconds = PromptNanoseconds = GenerationNanoseconds = null;
        ToolCalls.Clear();
    }

    internal OllamaTimings ToTimings() => new()
    {
        TotalDuration = Duration(TotalNanoseconds),
        LoadDuration = Duration(LoadNanoseconds),
        PromptTokens = PromptTokens is { } tokens ? Count(tokens) : null,
        PromptDuration = Duration(PromptNanoseconds),
        GeneratedTokens = Count(GeneratedTokens ?? 0),
        GenerationDuration = Duration(GenerationNanoseconds),
    };

    private static int Count(long number) => (int)Math.Clamp(number, 0, int.MaxValue);

    private static TimeSpan Duration(long? nanoseconds) => new(Math.Max(0, nanoseconds ?? 0) / TimeSpan.NanosecondsPerTick);
}
