using System.Text.Json;

namespace HybridLlm.Testing.Tests.Support;

/// <summary>Reads what a recorded Ollama said.</summary>
internal static class OllamaTranscript
{
    /// <summary>Gets what the recorded model said, as a reply to script.</summary>
    public static SimulatedReply OllamaReply(this Transcript transcript)
    {
        List<string> text = [], thoughts = [];
        List<SimulatedToolCall> calls = [];
        var last = default(JsonElement);
        foreach (var line in transcript.Response.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            last = JsonElement.Parse(line);
            var message = last.TryGetProperty("message", out var chat) ? chat : last;
            Add(message, "content", text);
            Add(message, "response", text);
            Add(message, "thinking", thoughts);
            if (message.TryGetProperty("tool_calls", out var list))
            {
                calls.AddRange(list.EnumerateArray().Select(static call => call.GetProperty("function"))
                    .Select(static function => new SimulatedToolCall(function.GetProperty("name").GetString()!, function.GetProperty("arguments").GetRawText())));
            }
        }

        var whole = thoughts.Count + calls.Count == 0 && text.Count == 1;
        return new SimulatedReply
        {
            Pieces = whole ? Cut(text[0], last) : text,
            Text = string.Concat(text),
            ReasoningPieces = thoughts.Count > 1 ? thoughts : null,
            Reasoning = thoughts.Count > 0 ? string.Concat(thoughts) : null,
            ToolCalls = calls,
        };
    }

    /// <summary>Cuts the text of an answer that was not streamed into as many tokens as the recorded model made of it.</summary>
    private static List<string> Cut(string text, JsonElement last)
    {
        var count = last.TryGetProperty("eval_count", out var tokens) ? tokens.GetInt32() : 1;
        count -= last.TryGetProperty("done_reason", out var reason) && reason.ValueEquals("length") ? 0 : 1;
        count = Math.Clamp(count, 1, text.Length);
        return [.. Enumerable.Range(0, count).Select(i => text[(i * text.Length / count)..((i + 1) * text.Length / count)])];
    }

    private static void Add(JsonElement message, string name, List<string> parts)
    {
        if (message.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text)
        {
            parts.Add(text);
        }
    }
}
