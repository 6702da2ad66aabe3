using System.Text.RegularExpressions;

namespace HybridLlm.IntegrationTests;

/// <summary>The README of the repository, taken apart.</summary>
internal sealed partial class ReadmeDocument
{
    private readonly string _text = File.ReadAllText(Path.Combine(QuickStartEnvironment.Root, "README.md")).ReplaceLineEndings("\n");

    /// <summary>Gets the contents of all code blocks in a language.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(_text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["content"].Value)];

    /// <summary>Gets the code block under a file name in bold.</summary>
    public string FileOf(string name) =>
        Block().Match(_text, _text.IndexOf($"\n**{name}**\n", StringComparison.Ordinal)).Groups["content"].Value;

    /// <summary>Gets the paths inside the repository that are linked to or named in code.</summary>
    public IReadOnlyList<string> Paths() =>
        [.. Link().Matches(_text).Concat(RepositoryPath().Matches(_text)).Select(match => match.Groups["path"].Value.TrimEnd('.')).Distinct()];

    /// <summary>Gets the names of the chapters, as links to them write them.</summary>
    public IReadOnlyList<string> Anchors() =>
        [.. Heading().Matches(_text).Select(match => Regex.Replace(match.Groups["name"].Value.ToLowerInvariant(), "[^a-z0-9 -]", "").Replace(' ', '-'))];

    /// <summary>Gets the links to chapters.</summary>
    public IReadOnlyList<string> AnchorLinks() => [.. AnchorLink().Matches(_text).Select(match => match.Groups["anchor"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<path>(?!https?:|#)[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w./-])(?<path>(eng|samples|src|tests|docs)/[\w./-]+)")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^#+ (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(#(?<anchor>[^)]+)\)")]
    private static partial Regex AnchorLink();
}
