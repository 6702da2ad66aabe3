using System.Collections.Frozen;
using HybridLlm.Classification;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Sees when an answer comes in another language than the question, and nobody asked for that.</summary>
internal sealed class LanguageEstimator : IConfidenceEstimator
{
    /// <summary>Of a shorter text the language is a guess.</summary>
    private const int ShortestText = 60;

    /// <summary>Languages that a few common words do not tell apart.</summary>
    private static readonly string[] Families = ["da sv", "ru uk bg", "es pt it", "cs pl", "zh ja"];

    private static readonly FrozenDictionary<string, string[]> Names = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["en"] = ["english", "englisch", "anglais", "inglés", "inglese"],
        ["de"] = ["german", "deutsch", "allemand", "alemán", "tedesco"],
        ["fr"] = ["french", "französisch", "français", "francés", "francese"],
        ["es"] = ["spanish", "spanisch", "espagnol", "español", "spagnolo"],
        ["it"] = ["italian", "italienisch", "italien", "italiano"],
        ["pt"] = ["portuguese", "portugiesisch", "portugais", "portugués", "português"],
        ["nl"] = ["dutch", "niederländisch", "holländisch", "nederlands"],
        ["pl"] = ["polish", "polnisch", "polski"],
        ["tr"] = ["turkish", "türkisch", "türkçe"],
        ["ru"] = ["russian", "russisch", "русск"],
        ["zh"] = ["chinese", "chinesisch", "mandarin", "中文"],
        ["ja"] = ["japanese", "japanisch", "日本語"],
        ["ko"] = ["korean", "koreanisch", "한국어"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [ThreadStatic]
    private static PromptScan? _scan;

    /// <inheritdoc/>
    public string Name => "language";

    /// <inheritdoc/>
    public bool ReadsBeginnings => true;

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var text = context.Text;
        if (text.Length < ShortestText || context.Profile.TaskType is TaskTypes.Translation or TaskTypes.CodeGeneration)
        {
            return default;
        }

        var asked = context.Profile.Language ?? Detect(context.Prompt);
        return asked is not null && Detect(text) is { } answered && !AreAlike(asked, answered) && !IsNamed(context.Prompt, answered)
            ? new(new ConfidenceSignal(Name, 0.15, $"it answers in '{answered}' what was asked in '{asked}'"))
            : default;
    }

    private static string? Detect(string text)
    {
        var scan = _scan ??= new();
        scan.Read(text);
        return Languages.Detect(scan);
    }

    private static bool AreAlike(string a, string b) =>
        a == b || Array.Exists(Families, family => family.Contains(a, StringComparison.Ordinal) && family.Contains(b, StringComparison.Ordinal));

    private static bool IsNamed(string prompt, string language) =>
        Names.TryGetValue(language, out var names)
            ? Array.Exists(names, name => prompt.Contains(name, StringComparison.OrdinalIgnoreCase))
            : prompt.Contains("translate", StringComparison.OrdinalIgnoreCase);
}
