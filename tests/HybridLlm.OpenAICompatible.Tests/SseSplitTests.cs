using System.Text;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Streams cut and split: never another answer, and never another exception than the typed one. For damaged ones see <see cref="WireFuzzTests"/>.</summary>
public sealed class SseSplitTests
{
    private static readonly string Body =
        Wire.Delta("\"role\":\"assistant\",\"content\":null") + ": ping\n\n" + Wire.Delta("\"reasoning_content\":\"hm ü\"") + Wire.Text("Grüße, 世界 😀") + Wire.Text("\\u00e9\\ud83d\\ude00\\n")
        + Wire.Delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}]")
        + Wire.Delta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"ß\\\"}\"}}]").Replace("\n", "\r\n", StringComparison.Ordinal)
        + Wire.Finish("tool_calls") + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\n" + Wire.Done;

    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Body);

    [Fact]
    public async Task Split_at_every_byte_the_answer_is_the_same()
    {
        var whole = Describe(await ReadAsync(Bytes, Bytes.Length));
        Assert.Equal("[hm ü]Grüße, 世界 😀é😀\nf(x=ß) tool_calls 3", whole);

        for (var split = 1; split < Bytes.Length; split++)
        {
            Assert.Equal(whole, Describe(await ReadAsync(Bytes, split, Bytes.Length)));
        }

        Assert.Equal(whole, Describe(await ReadAsync(Bytes, [.. Enumerable.Range(1, Bytes.Length)])));
    }

    [Fact]
    public async Task Split_over_tcp_in_the_middle_of_a_character_the_answer_is_the_same()
    {
        var response = (byte[])[.. Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"), .. Bytes];
        var middles = response.Index().Where(pair => (pair.Item & 0xC0) == 0x80).Select(pair => pair.Index).ToArray();
        await using var server = TranscriptServer.Replaying(response, middles);
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal("[hm ü]Grüße, 世界 😀é😀\nf(x=ß) tool_calls 3", Describe((await backend.StreamAsync()).ToChatResponse()));
    }

    [Fact]
    public async Task Cut_at_every_byte_the_stream_broke_off_until_the_finish_reason_was_there()
    {
        var finished = Encoding.UTF8.GetByteCount(Body[..(Body.IndexOf("\"tool_calls\"}]}", StringComparison.Ordinal) + "\"tool_calls\"}]}\n\n".Length)]);
        for (var cut = 0; cut < Bytes.Length; cut++)
        {
            if (cut >= finished)
            {
                Assert.Equal(ChatFinishReason.ToolCalls, (await ReadAsync(Bytes[..cut], cut)).FinishReason);
            }
            else
            {
                var failure = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(Bytes[..cut], cut));
                Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
            }
        }
    }

    private static async Task<ChatResponse> ReadAsync(byte[] bytes, params int[] ends)
    {
        await using var backend = new Backend("http://127.0.0.1:1");
        var transport = backend.Transport;
        using var response = new HttpResponseMessage { Content = new StreamContent(new PiecewiseStream(bytes, ends)) };
        return await new ChatEventReader(transport, "m").ReadAsync(response, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
    }

    private static string Describe(ChatResponse response) =>
        string.Concat(response.Messages.SelectMany(message => message.Contents).Select(content => content switch
        {
            TextReasoningContent reasoning => $"[{reasoning.Text}]",
            TextContent text => text.Text,
            FunctionCallContent call => $"{call.Name}({string.Join(",", call.Arguments!.Select(pair => $"{pair.Key}={pair.Value}"))})",
            _ => "",
        })) + $" {response.FinishReason} {response.Usage?.TotalTokenCount}";

    private sealed class PiecewiseStream(byte[] bytes, int[] ends) : MemoryStream(bytes, writable: false)
    {
        private int _piece;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_piece < ends.Length && Position >= ends[_piece])
            {
                _piece++;
            }

            var end = _piece < ends.Length ? ends[_piece] : Length;
            return new(Read(buffer.Span[..(int)Math.Min(buffer.Length, end - Position)]));
        }
    }
}
