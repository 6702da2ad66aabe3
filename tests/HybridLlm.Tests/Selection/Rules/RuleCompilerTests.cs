using HybridLlm.Selection.Rules;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Selection.Rules;

public sealed class RuleCompilerTests
{
    private static readonly LlmRequest Request = new(
        [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Check the Security of this page.")],
        Scene.WithTool("web_search"))
    {
        Metadata = new Dictionary<string, string> { ["tenant"] = "Acme", ["my key"] = "it's" },
        Priority = RequestPriority.ResponseTime,
    };

    private static readonly TaskProfile Profile = new()
    {
        TaskType = TaskTypes.Template,
        TaskConfidence = 0.75,
        Complexity = ComplexityLevel.Simple,
        EstimatedInputTokens = 4000,
        RequiredFeatures = LlmFeatures.Tools,
    };

    [Theory]
    [InlineData("true", true)]
    [InlineData("FALSE", false)]
    [InlineData("taskType == 'template' && complexity != 'complex'", true)]
    [InlineData("taskType == \"template\" and complexity == 'complex'", false)]
    [InlineData("TASKTYPE == 'Template'", true)]
    [InlineData("contextTokens > 4000", false)]
    [InlineData("contextTokens >= 4000", true)]
    [InlineData("contextTokens < 4000.5", true)]
    [InlineData("contextTokens <= 3999", false)]
    [InlineData("4000 == contextTokens", true)]
    [InlineData("contextTokens != -1", true)]
    [InlineData("taskConfidence == 0.75", true)]
    [InlineData("messages == 2", true)]
    [InlineData("prompt contains 'security'", true)]
    [InlineData("prompt contains 'brief'", false)]
    [InlineData("tools contains 'WEB_SEARCH'", true)]
    [InlineData("tools contains 'search'", false)]
    [InlineData("hour == 14", true)]
    [InlineData("hour >= 22 or hour < 6", false)]
    [InlineData("metadata.tenant == 'acme'", true)]
    [InlineData("metadata['tenant'] in ('x', 'ACME')", true)]
    [InlineData("metadata['my key'] == 'it\\'s'", true)]
    [InlineData("metadata.absent == ''", true)]
    [InlineData("priority == 'response_time'", true)]
    [InlineData("priority in ['balanced', 'quality']", false)]
    [InlineData("streaming", false)]
    [InlineData("hasTools", true)]
    [InlineData("hasImages || hasSchema", false)]
    [InlineData("hasTools == true", true)]
    [InlineData("hasTools != hasImages", true)]
    [InlineData("taskType in ('format', 'template')", true)]
    [InlineData("taskType not in ('format', 'template')", false)]
    [InlineData("contextTokens in (1, 4000)", true)]
    [InlineData("!hasTools", false)]
    [InlineData("not not hasTools", true)]
    [InlineData("!(hasTools && hasImages)", true)]
    [InlineData("false && false || true", true)]
    [InlineData("true || false && false", true)]
    [InlineData("(true || false) && false", false)]
    [InlineData("not false and false", false)]
    [InlineData("  hasTools\n and\ttrue ", true)]
    public void A_condition_holds_or_does_not(string condition, bool expected)
    {
        Assert.Null(RuleCompiler.Check(condition));
        Assert.Equal(expected, RuleCompiler.Compile(condition).Holds(new(Request, Profile, new Afternoon())));
    }

    [Theory]
    [InlineData("", 0, "needs a condition")]
    [InlineData("   ", 0, "needs a condition")]
    [InlineData("tasktyp == 'x'", 0, "Did you mean 'taskType'?")]
    [InlineData("true && contxtTokens > 1", 8, "Did you mean 'contextTokens'?")]
    [InlineData("template == taskType", 0, "Texts stand in quotes")]
    [InlineData("taskType", 0, "a condition is true or false")]
    [InlineData("contextTokens", 0, "contextTokens > 4000")]
    [InlineData("true and prompt", 9, "This is a text")]
    [InlineData("not hour", 4, "This is a number")]
    [InlineData("taskType == 5", 9, "cannot be compared")]
    [InlineData("contextTokens > '4000'", 14, "without quotes")]
    [InlineData("taskType < 'x'", 9, "compares two numbers")]
    [InlineData("complexity == 'hard'", 11, "'simple', 'medium', 'complex'")]
    [InlineData("'fast' == priority", 7, "'balanced', 'response_time', 'quality'")]
    [InlineData("complexity in ('simple', 'hard')", 25, "never 'hard'")]
    [InlineData("taskType in ('a', 3)", 18, "only such values")]
    [InlineData("taskType in 'a'", 12, "stands a list")]
    [InlineData("taskType in ()", 13, "a list of texts or numbers")]
    [InlineData("taskType in ('a'", 16, "not closed")]
    [InlineData("hasTools in ('a')", 9, "here stands true or false")]
    [InlineData("taskType not 'a'", 13, "'not' goes with 'in'")]
    [InlineData("tools == 'search'", 6, "asked with 'contains'")]
    [InlineData("hour contains '1'", 5, "looks for a text")]
    [InlineData("taskType = 'x'", 9, "Write '=='")]
    [InlineData("true & true", 5, "'&&' or 'and'")]
    [InlineData("true | true", 5, "'||' or 'or'")]
    [InlineData("true true", 5, "Join conditions")]
    [InlineData("(true", 5, "not closed")]
    [InlineData("true)", 4, "too much")]
    [InlineData("true &&", 7, "not the end")]
    [InlineData("taskType == 'x", 12, "does not end")]
    [InlineData("hour > 1.2.3", 7, "not a number")]
    [InlineData("hour > 3x", 7, "not a number")]
    [InlineData("metadata == 'x'", 9, "which key")]
    [InlineData("metadata[tenant] == 'x'", 9, "which key")]
    [InlineData("metadata['a' == 'x'", 13, "not closed")]
    [InlineData("metadata.'a' == 'x'", 9, "which key")]
    [InlineData("hour @ 3", 5, "means nothing here")]
    public void A_condition_that_cannot_be_understood_says_where_and_what_to_write(string condition, int position, string remedy)
    {
        var exception = Assert.Throws<RuleException>(() => RuleCompiler.Compile(condition));

        Assert.Equal(position, exception.Position);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message, RuleCompiler.Check(condition));
    }

    [Fact]
    public void An_error_shows_the_condition_with_a_caret_under_the_fault()
    {
        var lines = RuleCompiler.Check("hasTools and\nlanguag == 'de'")!.Split(Environment.NewLine);

        Assert.Contains("'languag' is not a known name.", lines[0], StringComparison.Ordinal);
        Assert.Contains("taskType, taskConfidence, complexity", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("(column 14)", lines[0], StringComparison.Ordinal);
        Assert.Equal("  hasTools and languag == 'de'", lines[1]);
        Assert.Equal("               ^", lines[2]);
    }

    [Fact]
    public void A_missing_condition_is_an_error() => Assert.Contains("needs a condition", RuleCompiler.Check(null), StringComparison.Ordinal);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("!", "")]
    [InlineData("not(", ")")]
    public void Nesting_is_bounded(string open, string close)
    {
        Assert.Null(RuleCompiler.Check(Nested(20)));
        Assert.Contains("deeper", RuleCompiler.Check(Nested(700)), StringComparison.Ordinal);

        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "true" + string.Concat(Enumerable.Repeat(close, depth));
    }

    [Fact]
    public void Length_is_bounded() => Assert.Contains("at most", RuleCompiler.Check(new string(' ', 5000) + "true"), StringComparison.Ordinal);

    [Fact]
    public void A_long_chain_is_evaluated()
    {
        var condition = string.Join(" or ", Enumerable.Repeat("false", 400)) + " or true";

        Assert.True(RuleCompiler.Compile(condition).Holds(new(Request, Profile, TimeProvider.System)));
    }

    [Fact]
    public void Every_mutation_of_a_condition_compiles_or_is_refused_with_a_place_inside_it()
    {
        string[] seeds =
        [
            "taskType == 'template' && complexity != 'complex'",
            "contextTokens > 4000 or (hour >= 22 and not streaming)",
            "metadata['tenant'] in ('x', \"y\") || metadata.plan == 'gold'",
            "taskType not in ['a', 'b'] and !(tools contains 'search') and prompt contains 'it\\'s'",
        ];
        string[] pieces = ["(", ")", "!", "&&", "||", "'", "\"", "\\", ".", ",", "[", "]", "-", "1e9", "==", "=", " in ", " not ", "metadata", "hour", "\0", "é", "\uD83D", "\n"];
        var random = new Random(20260302);
        var input = new RuleInput(Request, Profile, new Afternoon());
        var compiled = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var text = new System.Text.StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var edits = random.Next(1, 6); edits > 0 && text.Length > 0; edits--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(4) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
                    1 => text.Insert(at, pieces[random.Next(pieces.Length)]),
                    2 => text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 20), text.Length - at))),
                    _ => text.Replace(text[at], (char)random.Next(32, 127), at, 1),
                };
            }

            var condition = text.ToString();
            try
            {
                RuleCompiler.Compile(condition).Holds(input);
                compiled++;
            }
            catch (RuleException exception)
            {
                Assert.InRange(exception.Position, 0, condition.Length);
            }
        }

        // Both ways are well travelled.
        Assert.InRange(compiled, 1_000, 99_000);
    }

    private sealed class Afternoon : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Scene.Now;
    }
}
