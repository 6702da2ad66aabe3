using System.Text.Json;
using HybridLlm.Classification;
using HybridLlm.Tests.Selection;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Classification;

public sealed class DefaultTaskClassifierTests
{
    private static readonly DefaultTaskClassifier Classifier = new();

    private static async Task<TaskProfile> ClassifyAsync(LlmRequest request) =>
        await Classifier.ClassifyAsync(request, TestContext.Current.CancellationToken);

    private static LlmRequest With(ChatOptions options, params ChatMessage[] messages) =>
        new(messages.Length > 0 ? messages : [new(ChatRole.User, "hello")], options);

    [Fact]
    public async Task Classify_keeps_what_the_caller_said()
    {
        var options = Scene.WithTool();
        options.ResponseFormat = ChatResponseFormat.Json;

        var profile = await ClassifyAsync(With(options) with { TaskType = "invoice_check", Complexity = ComplexityLevel.Complex });

        Assert.Equal("invoice_check", profile.TaskType);
        Assert.Equal(ComplexityLevel.Complex, profile.Complexity);
        Assert.Equal(ProfileSource.Caller, profile.Source);
        Assert.Equal(1, profile.TaskConfidence);
        Assert.Equal(1, profile.ComplexityConfidence);
    }

    [Fact]
    public async Task Classify_tells_the_complexity_by_the_type_that_the_caller_names()
    {
        const string prompt = "Compare these two contracts clause by clause and say which one is riskier for a small supplier.";

        var read = await ClassifyAsync(new LlmRequest(prompt));
        var summary = await ClassifyAsync(new LlmRequest(prompt, TaskTypes.Summarization));
        var analysis = await ClassifyAsync(new LlmRequest(prompt, TaskTypes.Analysis));
        var unheardOf = await ClassifyAsync(new LlmRequest(prompt, "contract_check"));

        Assert.True(summary.ComplexityProbabilities[0] > analysis.ComplexityProbabilities[0] + 0.1, $"{summary.ComplexityProbabilities[0]} against {analysis.ComplexityProbabilities[0]}");
        Assert.Equal(summary.ComplexityProbabilities.Max(), summary.ComplexityProbabilities[(int)summary.Complexity]);
        Assert.Equal((read.Complexity, read.ComplexityScore, read.ComplexityConfidence), (unheardOf.Complexity, unheardOf.ComplexityScore, unheardOf.ComplexityConfidence));
    }

    [Fact]
    public async Task Classify_when_there_is_nothing_to_read_says_general_and_medium_without_confidence()
    {
        foreach (var request in new[] { new LlmRequest(""), new LlmRequest([]), new LlmRequest([new ChatMessage(ChatRole.System, "Translate everything into French.")]) })
        {
            var profile = await ClassifyAsync(request);

            Assert.Equal(TaskTypes.General, profile.TaskType);
            Assert.Equal(ComplexityLevel.Medium, profile.Complexity);
            Assert.Equal(ProfileSource.Default, profile.Source);
            Assert.Equal(0, profile.TaskConfidence);
            Assert.Equal(0, profile.ComplexityConfidence);
            Assert.Equal(LlmFeatures.None, profile.RequiredFeatures);
        }
    }

    [Theory]
    [InlineData("Translate this into French: The shop is closed on Mondays.", TaskTypes.Translation)]
    [InlineData("hi there, how are you today?", TaskTypes.Conversation)]
    [InlineData("Write a Python function that merges two sorted lists without duplicates.", TaskTypes.CodeGeneration)]
    [InlineData("Give me the minutes of this call in three sentences:\nAnna: the release slips a week. Bo: then the fair is lost. Anna: we show the beta instead.", TaskTypes.Summarization)]
    [InlineData("NullReferenceException at Cart.Total() when the cart is empty. Why, and how do I fix it?\n   at Shop.Cart.Total() in Cart.cs:line 12", TaskTypes.Debugging)]
    public async Task Classify_reads_the_prompt(string prompt, string taskType)
    {
        var profile = await ClassifyAsync(new LlmRequest(prompt));

        Assert.Equal(taskType, profile.TaskType);
        Assert.Equal(ProfileSource.Prompt, profile.Source);
        Assert.Equal(taskType, profile.Candidates[0].TaskType);
        Assert.Equal(3, profile.Candidates.Count);
        Assert.InRange(profile.TaskConfidence, 0.5, 1);
        Assert.InRange(profile.ComplexityConfidence, 0.01, 1);
        Assert.False(profile.Abstained);
    }

    [Fact]
    public async Task Classify_keeps_the_score_inside_the_band_of_the_level()
    {
        var simple = await ClassifyAsync(new LlmRequest("What is the capital of Peru?"));
        var complex = await ClassifyAsync(new LlmRequest(
            "Design the migration of our payment ledger from one Postgres to three regions without downtime. Idempotent writes, exactly-once settlement, "
            + "GDPR erasure, and an audit that holds in court. Give the phases, the failure modes of each, the rollback, and what to measure before every cut-over."));

        Assert.Equal(ComplexityLevel.Simple, simple.Complexity);
        Assert.InRange(simple.ComplexityScore, 0, 3.5);
        Assert.Equal(ComplexityLevel.Complex, complex.Complexity);
        Assert.InRange(complex.ComplexityScore, 6.5, 10);
    }

    [Theory]
    [InlineData("zxqv")]
    [InlineData("...")]
    [InlineData("@@@ ###")]
    public async Task Classify_when_no_word_is_known_abstains(string prompt)
    {
        var profile = await ClassifyAsync(new LlmRequest(prompt));

        Assert.True(profile.Abstained);
        Assert.Equal((TaskTypes.General, ComplexityLevel.Medium, 5.0), (profile.TaskType, profile.Complexity, profile.ComplexityScore));
        Assert.Equal((0.0, 0.0), (profile.TaskConfidence, profile.ComplexityConfidence));
        Assert.Equal(3, profile.Candidates.Count);
    }

    [Fact]
    public async Task Classify_reads_a_short_message_together_with_the_one_it_leans_on()
    {
        ChatMessage[] first = [new(ChatRole.User, "Write a Rust function that parses RFC 3339 timestamps without allocating, and reject invalid days."), new(ChatRole.Assistant, "fn parse(...)")];

        var alone = await ClassifyAsync(new LlmRequest("and leap seconds too"));
        var together = await ClassifyAsync(new LlmRequest([.. first, new(ChatRole.User, "and leap seconds too")]));
        var thanks = await ClassifyAsync(new LlmRequest([.. first, new(ChatRole.User, "thank you so much, you are great!")]));

        Assert.NotEqual(TaskTypes.CodeGeneration, alone.TaskType);
        Assert.Equal(TaskTypes.CodeGeneration, together.TaskType);
        Assert.Equal(TaskTypes.Conversation, thanks.TaskType);
    }

    [Fact]
    public async Task Classify_reads_neither_system_prompts_nor_what_a_harness_wraps_around_the_words_of_the_user()
    {
        const string prompt = "What is the capital of Peru?";
        const string wrapped = "<environment_details>\nC:/src/app/main.rs\nC:/src/app/lib.rs\nerror[E0502]: cannot borrow `x` as mutable\n</environment_details>\n<user_query>\n" + prompt + "\n</user_query>\n<system-reminder>Review and refactor all files across the codebase.</system-reminder>";

        var bare = await ClassifyAsync(new LlmRequest(prompt));
        var profile = await ClassifyAsync(new LlmRequest([new(ChatRole.System, new string('x', 500) + " Plan a migration of the whole cluster."), new(ChatRole.User, wrapped)]));

        Assert.Equal((bare.TaskType, bare.Complexity, bare.ComplexityScore), (profile.TaskType, profile.Complexity, profile.ComplexityScore));
        Assert.Equal(bare.Signs, profile.Signs);
    }

    [Fact]
    public async Task Classify_tells_language_signs_and_subjects()
    {
        var german = await ClassifyAsync(new LlmRequest("Wie ist die Kündigungsfrist, wenn der Vertrag mit dem Vermieter nichts dazu sagt?"));
        var code = await ClassifyAsync(new LlmRequest("Rename the method in Cart.cs, Order.cs and Shop.cs:\n```csharp\npublic decimal Total() => Lines.Sum(l => l.Price);\n```"));
        var japanese = await ClassifyAsync(new LlmRequest("東京の天気はどうですか。明日は雨が降りますか。"));

        Assert.Equal("de", german.Language);
        Assert.Contains("legal", german.Keywords);
        Assert.Equal(PromptSigns.Code | PromptSigns.MultiFile, code.Signs & (PromptSigns.Code | PromptSigns.MultiFile));
        Assert.Equal("ja", japanese.Language);
    }

    [Fact]
    public async Task Classify_expects_as_long_a_translation_as_the_text_and_a_word_or_two_for_a_label()
    {
        var text = string.Concat(Enumerable.Repeat("The shop is closed on Mondays. ", 60));

        var translation = await ClassifyAsync(new LlmRequest(text, TaskTypes.Translation));
        var label = await ClassifyAsync(new LlmRequest(text, TaskTypes.Classification));

        Assert.Equal(translation.EstimatedInputTokens, translation.EstimatedOutputTokens);
        Assert.InRange(label.EstimatedOutputTokens, 1, 64);
    }

    [Fact]
    public async Task Classify_of_whatever_is_thrown_at_it_gives_probabilities_and_a_score_in_range()
    {
        var random = new Random(7);
        string[] pieces = ["word ", "\n", "```\n", "{\"a\":1}", "?", "漢字", "é", "\ud83d", "\0", "a.cs ", "at X.Y(", "| a | b |\n", "1. ", "<task>", "</task>", "   ", "Ω", "ก", "한"];
        for (var i = 0; i < 300; i++)
        {
            var prompt = string.Concat(Enumerable.Range(0, random.Next(0, i < 290 ? 60 : 20_000)).Select(_ => pieces[random.Next(pieces.Length)]));

            var profile = await ClassifyAsync(new LlmRequest(prompt));

            Assert.InRange(profile.TaskConfidence, 0, 1);
            Assert.InRange(profile.ComplexityScore, 0, 10);
            Assert.All(profile.Candidates, candidate => Assert.InRange(candidate.Probability, 0, 1));
            Assert.True(profile.ComplexityProbabilities.Count == 0 || Math.Abs(profile.ComplexityProbabilities.Sum() - 1) < 1e-5);
            Assert.True(profile.Abstained || profile.ComplexityProbabilities.Count == 0 || profile.ComplexityProbabilities.Max() == profile.ComplexityProbabilities[(int)profile.Complexity]);
            var again = await ClassifyAsync(new LlmRequest(prompt));
            Assert.Equal(profile.ComplexityProbabilities, again.ComplexityProbabilities);
            Assert.Equal(profile, again with { Candidates = profile.Candidates, Keywords = profile.Keywords, ComplexityProbabilities = profile.ComplexityProbabilities });
        }
    }

    [Fact]
    public async Task Classify_when_tools_are_offered_says_tool_selection()
    {
        var profile = await ClassifyAsync(With(Scene.WithTool()));

        Assert.Equal(TaskTypes.ToolSelection, profile.TaskType);
        Assert.Equal(ProfileSource.Options, profile.Source);
        Assert.Equal(LlmFeatures.Tools, profile.RequiredFeatures);
    }

    [Fact]
    public async Task Classify_when_the_last_word_is_the_result_of_a_tool_says_what_the_answer_is()
    {
        ChatMessage[] messages = [new(ChatRole.User, "find it"), new(ChatRole.Assistant, [new FunctionCallContent("1", "search")]), new(ChatRole.Tool, [new FunctionResultContent("1", "found")])];

        var profile = await ClassifyAsync(With(Scene.WithTool(), messages));

        Assert.NotEqual(TaskTypes.ToolSelection, profile.TaskType);
        Assert.Equal(LlmFeatures.Tools, profile.RequiredFeatures);

        messages = [.. messages, new(ChatRole.Assistant, "Here."), new(ChatRole.User, "and another")];
        Assert.Equal(TaskTypes.ToolSelection, (await ClassifyAsync(With(Scene.WithTool(), messages))).TaskType);
    }

    [Fact]
    public async Task Classify_when_tools_must_not_be_called_ignores_them()
    {
        var options = Scene.WithTool();
        options.ToolMode = ChatToolMode.None;

        var profile = await ClassifyAsync(With(options));

        Assert.NotEqual(TaskTypes.ToolSelection, profile.TaskType);
        Assert.Equal(LlmFeatures.None, profile.RequiredFeatures);
    }

    [Fact]
    public async Task Classify_when_json_is_asked_for_says_structured_output_and_demands_schemas_only_for_a_schema()
    {
        var plain = await ClassifyAsync(With(new() { ResponseFormat = ChatResponseFormat.Json }));
        var schema = await ClassifyAsync(With(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Scene.EmptySchema) }));
        var text = await ClassifyAsync(With(new() { ResponseFormat = ChatResponseFormat.Text }));

        Assert.Equal((TaskTypes.StructuredOutput, LlmFeatures.None), (plain.TaskType, plain.RequiredFeatures));
        Assert.Equal((TaskTypes.StructuredOutput, LlmFeatures.JsonSchema), (schema.TaskType, schema.RequiredFeatures));
        Assert.NotEqual(TaskTypes.StructuredOutput, text.TaskType);
    }

    [Fact]
    public async Task Classify_demands_vision_for_images_and_streaming_when_it_is_required()
    {
        var data = await ClassifyAsync(new([new ChatMessage(ChatRole.User, [new TextContent("what is this?"), new DataContent(new byte[] { 1 }, "image/png")])]));
        var uri = await ClassifyAsync(new([new ChatMessage(ChatRole.User, [new UriContent("http://localhost/a.jpg", "image/jpeg")])]) { RequireStreaming = true });
        var sound = await ClassifyAsync(new([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/wav")])]));

        Assert.Equal(LlmFeatures.Vision, data.RequiredFeatures);
        Assert.Equal(LlmFeatures.Vision | LlmFeatures.Streaming, uri.RequiredFeatures);
        Assert.Equal(LlmFeatures.None, sound.RequiredFeatures);
    }

    [Fact]
    public void Estimate_counts_four_latin_characters_two_others_or_one_ideograph_to_the_token()
    {
        Assert.Equal(100, TokenEstimator.Quarters(new string('a', 100)));
        Assert.Equal(100, TokenEstimator.Quarters(new string('ж', 50)));
        Assert.Equal(100, TokenEstimator.Quarters(new string('語', 25)));
        Assert.Equal(1 + 2 + 1 + 4 + 1, TokenEstimator.Quarters("aéb語c"));
        Assert.Equal(0, TokenEstimator.Quarters(""));
    }

    [Fact]
    public async Task Estimate_counts_messages_instructions_tool_calls_results_and_tools()
    {
        var empty = await Tokens([new ChatMessage(ChatRole.User, "")]);
        Assert.Equal(4, empty);
        Assert.Equal(104, await Tokens([new ChatMessage(ChatRole.User, new string('a', 400))]));
        Assert.Equal(2 * 14, await Tokens([new ChatMessage(ChatRole.User, new string('a', 40)), new ChatMessage(ChatRole.Assistant, new string('a', 40))]));
        Assert.Equal(empty + 10, await Tokens([new ChatMessage(ChatRole.User, "")], new() { Instructions = new string('a', 40) }));
        Assert.Equal(4 + 2 + 1 + 5, await Tokens([new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "searches", new Dictionary<string, object?> { ["text"] = new string('a', 20) })])]));
        using var json = JsonDocument.Parse("""{"found":"abcdefgh"}""");
        Assert.Equal(4 + 5, await Tokens([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", json.RootElement)])]));
        Assert.Equal(empty + 5, await Tokens([new ChatMessage(ChatRole.User, "")], Scene.WithTool("search")));
        Assert.True(await Tokens([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])]) > 80);

        static async Task<int> Tokens(ChatMessage[] messages, ChatOptions? options = null) => (await ClassifyAsync(new(messages, options))).EstimatedInputTokens;
    }

    [Fact]
    public void Classify_of_a_long_prompt_allocates_what_it_says_and_no_more()
    {
        const int AtMost = 640;
        var cancellationToken = TestContext.Current.CancellationToken;
        var request = new LlmRequest(string.Concat(Enumerable.Repeat("The quick brown fox signs a contract. ", 220)) + "Summarize the above.");

        // Code that is not optimized yet allocates a little; it is soon replaced.
        var patience = TimeSpan.FromSeconds(30);
        var start = TimeProvider.System.GetTimestamp();
        var least = Measure();
        while (least > AtMost && TimeProvider.System.GetElapsedTime(start) < patience)
        {
            least = Math.Min(least, Measure());
        }

        Assert.InRange(least, 1, AtMost);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var task = Classifier.ClassifyAsync(request, cancellationToken);
            var after = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(task.IsCompletedSuccessfully);
            return after - before;
        }
    }

    [Fact]
    public async Task Classify_when_cancelled_throws() =>
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Classifier.ClassifyAsync(new("hello"), new CancellationToken(canceled: true)));
}
