using HybridLlm.Ollama.Chat;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.Ollama.Tests;

/// <summary>Prompts that do not fit: they are refused, by the server where it can, and otherwise found by the count of their tokens.</summary>
public sealed class PromptCheckTests
{
    private const string Old = """{"version":"0.12.5"}""";
    private const string New = """{"version":"0.12.6-rc1"}""";
    private const string FromSource = """{"version":"0.0.0"}""";

    [Theory]
    [InlineData("390-", 3000, Old, true)] // one message, cut to half the context
    [InlineData("a31-", 3000, Old, true)] // one message, cut to the whole context
    [InlineData("395-", 9000, Old, true)] // a history that lost its beginning
    [InlineData("390-", 3000, New, false)]
    [InlineData("390-", 3000, FromSource, false)]
    [InlineData("390-", 3000, """{"error":"no version"}""", true)]
    [InlineData("390-", 1000, Old, false)]
    [InlineData("201-", 40, Old, false)]
    public async Task Surprise_16_an_answer_to_a_part_of_the_prompt_is_no_answer(string transcript, int length, string version, bool isCut)
    {
        var answer = Transcripts.Response("ollama", transcript);
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await (request.RequestLine.Contains("/api/version", StringComparison.Ordinal) ? connection.SendAsync(WireText.Json(version)) : connection.SendAsync(answer));
            }
        });
        await using var backend = new Backend(server.Endpoint, options => options.ContextLength = 1024);
        var prompt = new string('x', length);
        if (!isCut)
        {
            Assert.NotEmpty((await backend.AskAsync(prompt)).Text);
            return;
        }

        var (failure, _) = await backend.FailAsync(streamed: false, prompt);
        Assert.Equal((ProviderErrorKind.ContextExceeded, 1024), (failure.Kind, failure.ContextLength));

        // Whoever asks for the cut gets it.
        Assert.NotEmpty((await backend.AskAsync(prompt, new() { AdditionalProperties = new() { [OllamaPropertyNames.Truncate] = true } })).Text);
    }

    [Theory]
    [InlineData(1024, 100, 1024, true)]
    [InlineData(1023, 4000, 1024, false)]
    [InlineData(514, 2049, 1024, true)]
    [InlineData(515, 2049, 1024, true)]
    [InlineData(513, 2049, 1024, false)]
    [InlineData(516, 2049, 1024, false)]
    [InlineData(514, 2048, 1024, false)]
    [InlineData(10, 8199, 1024, false)]
    [InlineData(10, 8200, 1024, true)]
    public void Counts_that_give_a_cut_away(long tokens, long textLength, int context, bool expected) =>
        Assert.Equal(expected, PromptCheck.IsSuspicious(tokens, textLength, context));
}
