using System.Text.Json;
using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Confidence;

/// <summary>What each built-in estimator says of answers, and of which it says nothing.</summary>
public sealed class EstimatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("I'm sorry, but I can't help with that.", 0.05)]
    [InlineData("I’m unable to open files.", 0.05)]
    [InlineData("Das weiß ich nicht.", 0.05)]
    [InlineData("I'm not sure, but it may be Lyon.", 0.3)]
    public async Task Refusals_and_hedges_are_heard(string answer, double score) => Assert.Equal(score, (await AskAsync("refusal", answer))?.Score);

    [Theory]
    [InlineData("Paris is the capital of France.", "What is the capital of France?")]
    [InlineData("\"I don't know\" means \"ich weiß nicht\".", "Translate: I don't know")]
    public async Task Answers_and_quotations_are_no_refusals(string answer, string prompt) => Assert.Null(await AskAsync("refusal", answer, prompt));

    [Fact]
    public async Task A_refusal_in_the_middle_of_a_long_answer_is_what_somebody_says_in_it()
    {
        var answer = $"{string.Concat(Enumerable.Repeat("The knight rode on through the woods. ", 12))}\"I can't help you,\" said the troll. {string.Concat(Enumerable.Repeat("And the night fell. ", 20))}";

        Assert.Null(await AskAsync("refusal", answer));
    }

    [Fact]
    public async Task A_loop_is_told_with_its_words()
    {
        var signal = await AskAsync("repetition", "So: " + string.Concat(Enumerable.Repeat("and then it rained, ", 10)));

        Assert.True(signal!.Value.Score < 0.05);
        Assert.Contains("and then it rained", signal.Value.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0.2)]
    [InlineData(100, 0.35)]
    public async Task An_answer_that_was_cut_off_is_doubted_more_when_nobody_set_the_limit(int? limit, double score)
    {
        var signal = await AskAsync("finish", "Once upon a", options: new() { MaxOutputTokens = limit }, finish: ChatFinishReason.Length);

        Assert.Equal(score, signal?.Score);
    }

    [Theory]
    [InlineData("...")]
    [InlineData("``` ```")]
    public async Task An_answer_of_signs_alone_is_empty(string answer) => Assert.Equal(0.02, (await AskAsync("finish", answer))?.Score);

    [Theory]
    [InlineData("12 + 30 = 42, so the rest is 100 - 42 = 58.", true)]
    [InlineData("3 * 4 + 5 = 17 and 10 / 4 = 2.5", true)]
    [InlineData("$1,200 + $300 = $1,500", true)]
    [InlineData("10 / 3 = 3.33", true)]
    [InlineData("10-5=5, 9-6-1=2, 25", true)]
    [InlineData("17 + 25 = 32", false)]
    [InlineData("First 6 x 7 = 42. Then 42 - 5 = 36.", false)]
    [InlineData("2 × 3 × 4 = 25", false)]
    public async Task Sums_are_done_again(string answer, bool addUp)
    {
        var signal = await AskAsync("arithmetic", answer);

        Assert.Equal(addUp, signal!.Value.Score > 0.5);
    }

    [Theory]
    [InlineData("x = 5 and y = 2x + 3 = 13")]
    [InlineData("if (a == 3) return b - 2 == 1;")]
    [InlineData("It is the 3-4=weird 2024-01-02 = date")]
    [InlineData("No sums at all.")]
    [InlineData("f(2) + 3 = 9")]
    [InlineData("5 + 20% = 6")]
    public async Task What_is_no_sum_is_left_alone(string answer) => Assert.Null(await AskAsync("arithmetic", answer));

    [Theory]
    [InlineData("```python\nprint('hi'", 0.2)]
    [InlineData("```csharp\nif (x) { Go(); \n```", 0.3)]
    public async Task Code_that_was_left_unfinished_is_seen(string answer, double score) => Assert.Equal(score, (await AskAsync("code", answer))?.Score);

    [Theory]
    [InlineData("```c\nputs(\"}{)(\"); // :-)\n```")]
    [InlineData("```\r\na[0] = f(1, '(');\r\n```\r\nand\r\n```\r\n{}\r\n```")]
    [InlineData("```sh\necho hi # a smile :)\n```")]
    public async Task Code_that_is_whole_is_left_alone(string answer) => Assert.Null(await AskAsync("code", answer));

    [Fact]
    public async Task Another_language_than_the_question_is_noticed_unless_it_was_asked_for()
    {
        const string French = "La capitale de la France est Paris, et c'est une ville que les gens aiment pour ses musées et ses rues.";

        Assert.Contains("'fr'", (await AskAsync("language", French, "What is the capital of France, and why do people like it?"))!.Value.Words, StringComparison.Ordinal);
        Assert.Null(await AskAsync("language", French, "What is the capital of France? Answer in French, please, it is for my homework."));
    }

    [Fact]
    public async Task An_answer_is_held_to_its_schema()
    {
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}""");
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) };

        Assert.Null(await AskAsync("schema", """{"age": 3}""", options: options));
        Assert.Contains("$.age is a string", (await AskAsync("schema", """{"age": "three"}""", options: options))!.Value.Words, StringComparison.Ordinal);
        Assert.Contains("JSON", (await AskAsync("schema", "three", options: options))!.Value.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_calls_are_held_to_the_tools()
    {
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("get_time", "", JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""").RootElement)] };

        Assert.Null(await CallAsync(options, new("1", "get_time", new Dictionary<string, object?> { ["city"] = "Rome" })));
        Assert.Contains("'city' is missing", await CallAsync(options, new("1", "get_time")), StringComparison.Ordinal);
        Assert.Contains("none of the tools", await CallAsync(options, new("1", "get_date")), StringComparison.Ordinal);
        Assert.NotNull(await AskAsync("tools", """{"name": "get_time", "arguments": {"city": "Rome"}}""", options: options));
    }

    [Theory]
    [InlineData("""{"name": "Xena", "age": 48}""", false)]
    [InlineData("""{"name": "Xena", "age": 44}""", true)]
    public async Task A_number_that_the_prompt_does_not_hold_was_made_up(string answer, bool isGrounded)
    {
        var signal = await AskAsync("grounding", answer, "JSON with name and age: Xena is aged 44.", taskType: TaskTypes.StructuredOutput);

        Assert.Equal(isGrounded, signal!.Value.Score > 0.5);
    }

    [Fact]
    public async Task Words_that_the_model_was_unsure_of_count_more_where_there_is_one_right_answer()
    {
        double[] logprobs = [-0.01, -0.9, -0.7, -0.02];

        var determinate = await AskAsync("logprobs", "a b c d", taskType: TaskTypes.StructuredOutput, logprobs: logprobs);
        var open = await AskAsync("logprobs", "a b c d", taskType: TaskTypes.CreativeWriting, logprobs: logprobs);

        Assert.True(determinate!.Value.Score < 0.1);
        Assert.True(open!.Value.Score > 0.5);
        Assert.Null(await AskAsync("logprobs", "a b c d"));
    }

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    [InlineData(-1e300)]
    public async Task A_probability_that_underflowed_is_as_good_as_none(double logprob)
    {
        var signal = await AskAsync("logprobs", "a b", taskType: TaskTypes.StructuredOutput, logprobs: [-0.01, logprob]);

        Assert.InRange(signal!.Value.Score, 0, 0.01);
    }

    [Fact]
    public async Task No_estimator_fails_on_random_texts()
    {
        var random = new Random(8);
        string[] pieces = ["```", "\n", "{", "}", "\"", "=", " 12 ", "+", "3", "the ", "I can't ", "é", "\uD83D", "\0", "\\", "|", ":", "- ", "is ", "'", "/"];
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            var context = ContextOf(text, text, TaskTypes.StructuredOutput, new() { ResponseFormat = ChatResponseFormat.Json }, null, [-random.NextDouble()]);
            foreach (var estimator in BuiltInEstimators.All)
            {
                var signal = await estimator.EstimateAsync(context, Token);
                Assert.True(signal is null || (signal.Value.Score is >= 0 and <= 1 && signal.Value.Words.Length > 0), $"{estimator.Name} on '{text}'");
            }
        }
    }

    private static async Task<string?> CallAsync(ChatOptions options, FunctionCallContent call)
    {
        var context = new ConfidenceContext
        {
            Request = new([new(ChatRole.User, "What time is it?")], options),
            Profile = new(),
            Model = Model,
            Response = new(new ChatMessage(ChatRole.Assistant, [call])),
        };
        return (await BuiltInEstimators.All.Single(e => e.Name == "tools").EstimateAsync(context, Token))?.Words;
    }

    private static ValueTask<ConfidenceSignal?> AskAsync(
        string estimator, string answer, string prompt = "What?", string taskType = TaskTypes.General, ChatOptions? options = null, ChatFinishReason? finish = null, double[]? logprobs = null) =>
        BuiltInEstimators.All.Single(e => e.Name == estimator).EstimateAsync(ContextOf(answer, prompt, taskType, options, finish, logprobs), Token);

    private static ModelProfile Model { get; } = new() { Name = "m", Provider = "p", ModelId = "m" };

    private static ConfidenceContext ContextOf(string answer, string prompt, string taskType, ChatOptions? options, ChatFinishReason? finish, double[]? logprobs) => new()
    {
        Request = new([new(ChatRole.User, prompt)], options),
        Profile = new() { TaskType = taskType },
        Model = Model,
        Response = new(new ChatMessage(ChatRole.Assistant, answer))
        {
            FinishReason = finish ?? ChatFinishReason.Stop,
            AdditionalProperties = logprobs is null ? null : new() { [HybridLlmOptionKeys.Logprobs] = logprobs.Select(l => new Token1("t", l)).ToList() },
        },
    };

    private sealed record Token1(string Token, double Logprob) : ITokenLogprob;
}
