using System.Globalization;
using System.Text;
using System.Text.Json;
using HybridLlm.Ollama.Chat;
using HybridLlm.Ollama.Embeddings;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>Answers that were cut or damaged on the way. HYBRIDLLM_FUZZ_MUTATIONS says how many, 100,000 if it is not set.</summary>
public sealed class NdjsonFuzzTests
{
    private static readonly int Mutations =
        int.TryParse(Environment.GetEnvironmentVariable("HYBRIDLLM_FUZZ_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : 100_000;

    private static readonly byte[] Interesting = "{}[]\":,\\\n\r\0 -.0123456789eEtfnu"u8.ToArray();

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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mutated_streams_give_an_answer_or_a_typed_failure(int seed)
    {
        var random = new Random(seed);
        var failures = 0;
        var rounds = Mutations / 20;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = Mutate(Bytes, random);
            try
            {
                await ReadAsync(bytes, random.Next(1, bytes.Length));
            }
            catch (ProviderException e)
            {
                failures++;
                Assert.True(e.Kind is ProviderErrorKind.InvalidResponse or ProviderErrorKind.StreamInterrupted or ProviderErrorKind.ServerError, $"round {round}: {e.Kind}");
            }
        }

        Assert.InRange(failures, 1, rounds - 1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_lines_are_read_or_are_no_json(int seed)
    {
        var random = new Random(seed);
        byte[][] lines = [.. Lines.Select(Encoding.UTF8.GetBytes)];
        var line = new AnswerLine();
        var rounds = Mutations / 2;
        var read = Count(rounds, random, lines, bytes => AnswerLineParser.Parse(bytes, line));
        Assert.InRange(read, 1, rounds - 1);
    }

    [Fact]
    public void Mutated_embeddings_are_read_or_are_no_embeddings()
    {
        var rounds = Mutations / 4;
        var read = Count(rounds, new Random(5), ["""{"model":"m","embeddings":[[0.5,-1e-3,0],[1,2,3]],"total_duration":1,"load_duration":1,"prompt_eval_count":5}"""u8.ToArray()], bytes => EmbedAnswer.Read(bytes));
        Assert.InRange(read, 1, rounds - 1);
    }

    private static int Count(int rounds, Random random, byte[][] documents, Action<byte[]> parse)
    {
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                parse(Mutate(documents[random.Next(documents.Length)], random));
                read++;
            }
            catch (JsonException)
            {
                continue;
            }
        }

        return read;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            var value = random.Next(2) == 0 ? (byte)random.Next(256) : Interesting[random.Next(Interesting.Length)];
            switch (random.Next(4))
            {
                case 0:
                    bytes.Insert(at, value);
                    break;
                case 1 when bytes.Count > 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes[at] = value;
                    break;
            }
        }

        return [.. bytes];
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
