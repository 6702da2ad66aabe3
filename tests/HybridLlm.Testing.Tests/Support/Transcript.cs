using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HybridLlm.Testing.Tests.Support;

/// <summary>A recorded exchange with a real backend.</summary>
internal sealed partial record Transcript(string Name, byte[] Request, RawResponse Response)
{
    /// <summary>Loads a transcript, or skips the test where there are none.</summary>
    public static async Task<Transcript> LoadAsync(string backend, string name, CancellationToken cancellationToken)
    {
        var folder = Folder(backend);
        var request = await File.ReadAllBytesAsync(Path.Combine(folder, name + ".request.txt"), cancellationToken);
        var response = await File.ReadAllBytesAsync(Path.Combine(folder, name + ".response.txt"), cancellationToken);
        return new Transcript(name, request, await ParseAsync(response, request.AsSpan().StartsWith("HEAD "u8), cancellationToken));
    }

    /// <summary>Gets what the recorded model said, as a reply to script.</summary>
    public SimulatedReply Reply()
    {
        List<string> text = [], reasoning = [];
        List<(string Name, List<string> Parts)> calls = [];
        foreach (var choice in Choices())
        {
            var delta = choice.TryGetProperty("delta", out var streamed) ? streamed : choice.GetProperty("message");
            AddText(delta, text, "content");
            AddText(delta, reasoning, "reasoning_content", "reasoning", "thinking");
            if (delta.TryGetProperty("tool_calls", out var parts))
            {
                AddCalls(parts, calls);
            }
        }

        return new SimulatedReply
        {
            Pieces = Response.Chunked ? text : reasoning.Count + calls.Count == 0 ? Parts(string.Concat(text)) : null,
            Text = string.Concat(text),
            ReasoningPieces = Response.Chunked && reasoning.Count > 0 ? reasoning : null,
            Reasoning = reasoning.Count > 0 ? string.Concat(reasoning) : null,
            ToolCalls = [.. calls.Select(call => new SimulatedToolCall(call.Name, string.Concat(call.Parts)) { Pieces = Response.Chunked ? call.Parts : null })],
        };
    }

    /// <summary>Returns an answer with everything replaced that differs from run to run: numbers, ids, dates, the words of probabilities.</summary>
    public static string Normalize(RawResponse response)
    {
        var head = Varying().Replace(response.Head, "$1 *");
        var body = string.Join("\n--- chunk ---\n", response.Chunks.Select(static chunk => NormalizeBody(Encoding.UTF8.GetString(chunk))));
        return $"{head}\n\n{body}\n[{response.Ending}]";
    }

    public static string NormalizeBody(string body)
    {
        body = Number().Replace(body, static match => match.Value.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? "F" : "N");
        body = NumberList().Replace(body, static match => match.Value.Contains('F', StringComparison.Ordinal) ? "[F...]" : "[N...]");
        body = body.Replace("\"bytes\":[]", "\"bytes\":[N...]", StringComparison.Ordinal);
        body = Id().Replace(body, static match => $"{match.Groups[1].Value}{match.Groups[2].Length}*");
        body = Token().Replace(body, "\"token\":\"T\"");
        body = Timestamp().Replace(body, "TIME");
        return Template().Replace(body, "$1*");
    }

    private static string Folder(string backend)
    {
        var shared = Environment.GetEnvironmentVariable("HYBRIDLLM_SHARED") ?? FindShared();
        var folder = shared is null ? null : Path.Combine(shared, "wire", "transcripts", backend);
        Assert.SkipUnless(Directory.Exists(folder), $"The recorded transcripts of {backend} are not on this machine.");
        return folder!;
    }

    private static string? FindShared()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
            {
                return Path.Combine(folder.FullName, "..", "shared");
            }
        }

        return null;
    }

    /// <summary>Lets the recorded bytes come over a socket of our own, so that one parser reads both.</summary>
    private static async Task<RawResponse> ParseAsync(byte[] bytes, bool head, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = await RawClient.ConnectAsync(new Uri($"http://{listener.LocalEndPoint}/"), cancellationToken);
        using var server = await listener.AcceptAsync(cancellationToken);
        var sending = Task.Run(
            async () =>
            {
                for (var at = 0; at < bytes.Length;)
                {
                    at += await server.SendAsync(bytes.AsMemory(at), SocketFlags.None, cancellationToken);
                }

                server.Shutdown(SocketShutdown.Send);
            },
            cancellationToken);
        var response = await client.ReceiveAsync(cancellationToken, head);
        await sending;
        return response;
    }

    /// <summary>Cuts the text of an answer that was not streamed into as many tokens as the recorded model made of it.</summary>
    private List<string>? Parts(string text)
    {
        var answer = JsonElement.Parse(Response.Body);
        var choice = answer.GetProperty("choices")[0];
        if (choice.TryGetProperty("logprobs", out var probabilities) && probabilities.ValueKind == JsonValueKind.Object)
        {
            return [.. probabilities.GetProperty("content").EnumerateArray().Select(static token => token.GetProperty("token").GetString()!)];
        }

        var count = answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        count -= choice.GetProperty("finish_reason").GetString() == "length" ? 0 : 1;
        return count < 1 || count > text.Length ? null : [.. Enumerable.Range(0, count).Select(i => text[(i * text.Length / count)..((i + 1) * text.Length / count)])];
    }

    private static void AddText(JsonElement delta, List<string> parts, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (delta.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            {
                parts.Add(text);
            }
        }
    }

    private static void AddCalls(JsonElement parts, List<(string Name, List<string> Parts)> calls)
    {
        foreach (var part in parts.EnumerateArray())
        {
            var function = part.GetProperty("function");
            if (function.TryGetProperty("name", out var name))
            {
                calls.Add((name.GetString()!, []));
            }

            if (function.TryGetProperty("arguments", out var arguments))
            {
                calls[part.TryGetProperty("index", out var index) ? index.GetInt32() : calls.Count - 1].Parts
                    .Add(arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText());
            }
        }
    }

    private IEnumerable<JsonElement> Choices()
    {
        if (!Response.Chunked)
        {
            return JsonElement.Parse(Response.Body).GetProperty("choices").EnumerateArray();
        }

        return Response.Body.Split('\n')
            .Where(static line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(static line => JsonElement.Parse(line["data: ".Length..]))
            .Where(static chunk => chunk.TryGetProperty("choices", out _))
            .SelectMany(static chunk => chunk.GetProperty("choices").EnumerateArray());
    }

    [GeneratedRegex("(?m)^(Content-Length|Process-Start-Time-Unix|Date|date|content-length|x-request-id|location):? .*$")]
    private static partial Regex Varying();

    [GeneratedRegex("(?<=[:\\[,] ?)-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?(?=[,}\\]])")]
    private static partial Regex Number();

    [GeneratedRegex("\\[[NF](,[NF])*\\]")]
    private static partial Regex NumberList();

    [GeneratedRegex("(\"id\":\"(?:chatcmpl-(?:tool-)?|embd-|modelperm-|call_)?)([A-Za-z0-9]{8,32})\"")]
    private static partial Regex Id();

    [GeneratedRegex("\"token\":\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Token();

    [GeneratedRegex("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(?:Z|[-+]\\d\\d:\\d\\d)")]
    private static partial Regex Timestamp();

    [GeneratedRegex("(\"chat_template\":|\"media_marker\":)\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Template();
}
