using System.Globalization;
using System.Text;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>Writes answers as they go over the wire.</summary>
internal static class Wire
{
    internal const string Done = "data: [DONE]\n\n";

    internal static string Json(string body, int status = 200, string headers = "") =>
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    internal static string Plain(string body, int status, string contentType = "text/plain") =>
        $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>A stream with each event in a chunk of its own, properly ended.</summary>
    internal static string Stream(params string[] events) => StreamHead + string.Concat(events.Select(Chunk)) + "0\r\n\r\n";

    /// <summary>A stream whose connection is cut.</summary>
    internal static string CutStream(params string[] events) => StreamHead + string.Concat(events.Select(Chunk));

    internal static string Delta(string members, string finishReason = "null") =>
        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1756000000,\"model\":\"served\",\"choices\":[{\"index\":0,\"delta\":{" + members
        + "},\"finish_reason\":" + finishReason + "}]}\n\n";

    internal static string Text(string text) => Delta($"\"content\":\"{text}\"");

    internal static string Finish(string reason = "stop") => Delta("", $"\"{reason}\"");

    internal static string Whole(string message, string finishReason = "\"stop\"", string more = "") =>
        Json("{\"id\":\"c1\",\"created\":1756000000,\"model\":\"served\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message + "},\"finish_reason\":" + finishReason + "}]" + more + "}");

    internal const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    internal static string Chunk(string text) =>
        Encoding.UTF8.GetByteCount(text).ToString("x", CultureInfo.InvariantCulture) + "\r\n" + text + "\r\n";
}
