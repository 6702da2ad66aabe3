using HybridLlm.Text;

namespace HybridLlm.Selection.Rules;

/// <summary>The names that conditions can use. A new one is one line here, and one in the reference.</summary>
internal static class RuleVariables
{
    /// <summary>The name behind which the keys of the metadata stand, as in <c>metadata.tenant</c>.</summary>
    public const string Metadata = "metadata";

    /// <summary>How much of an unknown name is repeated in a message.</summary>
    private const int LongestName = 40;

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<RuleVariable> All { get; } =
    [
        RuleVariable.Text("taskType", "the task type", static (in RuleInput i) => i.Profile.TaskType),
        RuleVariable.Number("taskConfidence", "how sure the task type is, 0 to 1", static (in RuleInput i) => i.Profile.TaskConfidence),
        RuleVariable.Text("complexity", "the complexity", static (in RuleInput i) => NameOf(i.Profile.Complexity), "simple", "medium", "complex"),
        RuleVariable.Number("complexityScore", "how strong a model the request needs, 0 to 10", static (in RuleInput i) => i.Profile.ComplexityScore),
        RuleVariable.Number("complexityConfidence", "how sure the complexity is, 0 to 1", static (in RuleInput i) => i.Profile.ComplexityConfidence),
        RuleVariable.Text("language", "the human language of the prompt as an ISO 639-1 code; empty when it is not clear", static (in RuleInput i) => i.Profile.Language ?? string.Empty),
        RuleVariable.List("keywords", "what the prompt is about", static (in RuleInput i, string word) => i.Profile.Keywords.Contains(word, StringComparer.OrdinalIgnoreCase)),
        RuleVariable.Number("files", "the number of file names and paths in the prompt", static (in RuleInput i) => i.Profile.Files),
        RuleVariable.Truth("hasCode", "the prompt holds code, markup, commands or a stack trace", static (in RuleInput i) => Shows(i, PromptSigns.Code)),
        RuleVariable.Truth("hasMath", "the prompt holds formulas or several numbers to reckon with", static (in RuleInput i) => Shows(i, PromptSigns.Math)),
        RuleVariable.Truth("hasData", "the prompt holds JSON, a table or delimited lines", static (in RuleInput i) => Shows(i, PromptSigns.Data)),
        RuleVariable.Number("outputTokens", "the estimated length of the answer in tokens", static (in RuleInput i) => i.Profile.EstimatedOutputTokens),
        RuleVariable.Text("dataClass", "the data class; empty when the request has none", static (in RuleInput i) => i.Request.DataClass ?? string.Empty),
        RuleVariable.Number("contextTokens", "the estimated length of the prompt in tokens", static (in RuleInput i) => i.Profile.EstimatedInputTokens),
        RuleVariable.Number("messages", "the number of messages", static (in RuleInput i) => i.Request.Messages.Count),
        RuleVariable.Text("prompt", "the user's newest message", static (in RuleInput i) => i.Prompt()),
        RuleVariable.Text("priority", "what matters most", static (in RuleInput i) => NameOf(i.Request.Priority), "balanced", "response_time", "quality"),
        RuleVariable.Truth("streaming", "only models that stream may answer", static (in RuleInput i) => Needs(i, LlmFeatures.Streaming) || i.Request.RequireStreaming),
        RuleVariable.Truth("hasTools", "the model may call tools", static (in RuleInput i) => Needs(i, LlmFeatures.Tools)),
        RuleVariable.Truth("hasImages", "the prompt holds images", static (in RuleInput i) => Needs(i, LlmFeatures.Vision)),
        RuleVariable.Truth("hasSchema", "the answer is held to a JSON schema", static (in RuleInput i) => Needs(i, LlmFeatures.JsonSchema)),
        RuleVariable.List("tools", "the names of the tools on offer", static (in RuleInput i, string name) => i.OffersTool(name)),
        RuleVariable.Number("hour", "the hour of the day on this machine, 0 to 23", static (in RuleInput i) => i.Time.GetLocalNow().Hour),
    ];

    /// <summary>Finds a name, without regard to case.</summary>
    public static RuleVariable? Find(ReadOnlySpan<char> name)
    {
        foreach (var variable in All)
        {
            if (name.Equals(variable.Name, StringComparison.OrdinalIgnoreCase))
            {
                return variable;
            }
        }

        return null;
    }

    /// <summary>Says that a name is not known, which one may be meant, and which are known.</summary>
    public static string Unknown(string name)
    {
        var known = All.Select(static variable => variable.Name).Append(Metadata).ToArray();
        var shown = name.Length > LongestName ? $"{name[..LongestName]}..." : name;
        var hint = NearestName.Hint(name, known);
        return $"'{shown}' is not a known name.{(hint.Length > 0 ? hint : " Texts stand in quotes.")} Known names: {string.Join(", ", known)}.";
    }

    private static bool Needs(in RuleInput input, LlmFeatures feature) => (input.Profile.RequiredFeatures & feature) != 0;

    private static bool Shows(in RuleInput input, PromptSigns sign) => (input.Profile.Signs & sign) != 0;

    private static string NameOf(ComplexityLevel complexity) => complexity switch
    {
        ComplexityLevel.Simple => "simple",
        ComplexityLevel.Complex => "complex",
        _ => "medium",
    };

    private static string NameOf(RequestPriority priority) => priority switch
    {
        RequestPriority.ResponseTime => "response_time",
        RequestPriority.Quality => "quality",
        _ => "balanced",
    };
}
