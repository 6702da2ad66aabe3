using System.Text;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>Answers that were cut or split on the way. For damaged ones see <see cref="WireFuzzTests"/>.</summary>
public sealed class NdjsonSplitTests
{
    private static readonly string[] Lines =
    [
        """{"model":"m","created_at":"2026-08-21T10:00:00.123456789Z","message":{"role":"assistant","content":"","thinking":"hm ü"},"done":false}""",
        """{"model":"m","created_at":"2026-08-21T10:00:00.2Z","message":{"role":"assistant","content":"Grüße, 世界 😀\u00e9\ud83d\ude00\n"},"done":false,"logprobs":[{"token":"G","logprob":-0.5e-1,"bytes":[71],"top_logprobs":[{"token":"H","logprob":-2}]}]}""",
        """{"model":"m","created_at":"2026-08-21T10:00:00.3Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"index":0,"name":"f","arguments":{"x":[1,{"y":"ß"}]}}}]},"done":false}""",
        """{"model":"m","created_at":"2026-08-21T10:00:00.4Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":174560334,"load_duration":101397084,"prompt_eval_count":11,"prompt_eval_duration":13074791,"eval_count":18,"eval_duration":52479709}""",
    ];

    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(string.Join('\n', Lines) + "\n");

    private const string Whole = "[hm ü]Grüße, 世界 😀é😀\nf({\"x\":[1,{\"y\":\"ß\"}]}) tool_calls 11+18";

    [Fact]
    public async Task Split_at_every_byte_the_answer_is_the_same()
    {
        for (var split = 1; split <= Bytes.Length; split++)
        {
            Assert.Equal(Whole, Describe(await ReadAsync(Bytes, split)));
        }

        Assert.Equal(Whole, Describe(await ReadAsync(Bytes, [.. Enumerable.Range(1, Bytes.Length)])));
    }

    [Fact]
    public async Task Split_over_tcp_in_the_middle_of_characters_the_answer_is_the_same()
    {
        var response = (byte[])[.. "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"u8, .. Bytes];
        var middles = response.Index().Where(pair => (pair.Item & 0xC0) == 0x80).Select(pair => pair.Index).ToArray();
        var server = TranscriptServer.Replaying(response, middles);
        await using var backend = new Backend(server.Endpoint, null, server);

        Assert.Equal(Whole, Describe((await backend.StreamAsync()).ToChatResponse()));
    }

    [Fact]
    public async Task Cut_at_every_byte_the_answer_broke_off_until_it_said_that_it_is_done()
    {
        // The newline after the last line may be missing: an answer that is not streamed has none.
        for (var cut = 0; cut < Bytes.Length - 1; cut++)
        {
            var failure = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(Bytes[..cut]));
            Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        }

        Assert.Equal(Whole, Describe(await ReadAsync(Bytes[..^1])));
    }

    private static async Task<ChatResponse> ReadAsync(byte[] bytes, params int[] ends)
    {
        using var stream = new ByteStream(bytes, ends);
        using var response = new HttpResponseMessage { Content = new StreamContent(stream) };
        return await AnswerReaders.Create().ReadAsync(response, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
    }

    private static string Describe(ChatResponse response) =>
        string.Concat(response.Messages.SelectMany(message => message.Contents).Select(content => content switch
        {
            TextReasoningContent reasoning => $"[{reasoning.Text}]",
            TextContent text => text.Text,
            FunctionCallContent call => $"{call.Name}({{{string.Join(",", call.Arguments!.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}})",
            _ => "",
        })) + $" {response.FinishReason} {response.Usage?.InputTokenCount}+{response.Usage?.OutputTokenCount}";
}
