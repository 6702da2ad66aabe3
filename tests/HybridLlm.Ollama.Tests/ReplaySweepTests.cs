using System.Text;
using System.Text.Json;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>Every recorded answer of <c>/api/chat</c>, replayed byte by byte: it is an answer if it says that it is done, and a typed failure otherwise.</summary>
public sealed class ReplaySweepTests
{
    public static TheoryData<string> Chats
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var name in Transcripts.Names("ollama").Where(IsChat))
            {
                data.Add(name);
            }

            return data;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Chats))]
    public async Task A_recorded_chat_is_an_answer_if_it_is_done_and_a_typed_failure_otherwise(string name)
    {
        var lines = Lines(name);
        await using var backend = Backend.Replaying(name);
        foreach (var streamed in (bool[])[false, true])
        {
            if (lines.Count > 0 && lines[^1].TryGetProperty("done_reason", out var reason) && reason.GetString() is "stop" or "length")
            {
                var response = await backend.AskAsync(streamed);
                Assert.Equal(string.Concat(lines.Select(line => Text(line, "content"))), response.Text);
                Assert.Equal(string.Concat(lines.Select(line => Text(line, "thinking"))), string.Concat(response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(c => c.Text)));
                Assert.Equal(lines[^1].GetProperty("eval_count").GetInt64(), response.Usage!.OutputTokenCount);
                Assert.Equal(lines[^1].GetProperty("prompt_eval_count").GetInt64(), response.Usage.InputTokenCount);
                Assert.Equal(lines[0].GetProperty("model").GetString(), response.ModelId);
            }
            else
            {
                var (failure, _) = await backend.FailAsync(streamed);
                Assert.Equal((Backend.Name, "m"), (failure.Provider, failure.ModelId));
            }
        }
    }

    private static bool IsChat(string name) =>
        Encoding.UTF8.GetString(Transcripts.Request("ollama", name)).StartsWith("POST /api/chat ", StringComparison.Ordinal)
        && Transcripts.Response("ollama", name).AsSpan().StartsWith("HTTP/1."u8);

    private static List<JsonElement> Lines(string name)
    {
        var lines = new List<JsonElement>();
        foreach (var line in Encoding.UTF8.GetString(Transcripts.Response("ollama", name)).Split('\n'))
        {
            if (line.StartsWith('{'))
            {
                lines.Add(JsonElement.Parse(line));
            }
        }

        return lines;
    }

    private static string Text(JsonElement line, string member) =>
        line.TryGetProperty("message", out var message) && message.TryGetProperty(member, out var text) ? text.GetString()! : "";
}
