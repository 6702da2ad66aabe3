using System.Text;

namespace HybridLlm.Ollama.Tests.Support;

/// <summary>Writes streams as Ollama sends them: a chunk for each line.</summary>
internal static class Ndjson
{
    internal const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

    internal const string Done = """{"model":"m","created_at":"2026-08-21T10:00:00.123456789Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}""";

    internal static string Text(string text) => $$"""{"model":"m","created_at":"2026-08-21T10:00:00.1Z","message":{"role":"assistant","content":"{{text}}"},"done":false}""";

    internal static byte[] Stream(params string[] lines) => [.. Cut(lines), .. "0\r\n\r\n"u8];

    /// <summary>A stream whose last chunk is missing.</summary>
    internal static byte[] Cut(params string[] lines) => Encoding.UTF8.GetBytes(Head + string.Concat(lines.Select(line => WireText.Chunk(line + "\n"))));
}
