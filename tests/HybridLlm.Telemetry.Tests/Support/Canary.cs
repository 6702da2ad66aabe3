namespace HybridLlm.Telemetry.Tests.Support;

/// <summary>Words that stand for what must not be told to anybody, none of which looks like what it is.</summary>
internal static class Canary
{
    public const string Prompt = "canaryprompt";
    public const string Answer = "canaryanswer";
    public const string Key = "canarykey";
    public const string Header = "canaryheader";
    public const string Password = "canarypassword";

    public static IReadOnlyList<string> All { get; } = [Prompt, Answer, Key, Header, Password];

    /// <summary>Checks that none of the words is in any of the texts.</summary>
    public static void AssertNotIn(IEnumerable<string> texts) =>
        Assert.All(texts, text => Assert.All(All, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase)));
}
