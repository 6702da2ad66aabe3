using System.Text;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.Ollama.Wire;

namespace HybridLlm.Ollama.Tests;

public sealed class LineReaderTests
{
    [Fact]
    public async Task Lines_come_whole_wherever_the_network_cuts_them()
    {
        var bytes = Encoding.UTF8.GetBytes("ä\n\n  \r\n日本語\r\nlast");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(["ä|True", "日本語|True", "last|False"], await ReadAsync(bytes, 100, cut));
        }

        Assert.Equal(["ä|True", "日本語|True", "last|False"], await ReadAsync(bytes, 100, [.. Enumerable.Range(1, bytes.Length)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n \n")]
    public async Task A_stream_without_text_has_no_lines(string text) => Assert.Empty(await ReadAsync(Encoding.UTF8.GetBytes(text), 100));

    [Theory]
    [InlineData(20_000, 20_000, true)]
    [InlineData(20_001, 20_000, false)]
    [InlineData(1_000_000, 20_000, false)]
    public async Task A_line_is_bounded_and_grows_up_to_there(int length, int limit, bool fits)
    {
        var bytes = Encoding.ASCII.GetBytes(new string('x', length) + "\nend\n");
        int[] pieces = [.. Enumerable.Range(1, bytes.Length / 1000).Select(i => i * 1000)];
        if (fits)
        {
            Assert.Equal([$"{new string('x', length)}|True", "end|True"], await ReadAsync(bytes, limit, pieces));
        }
        else
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(bytes, limit, pieces));
        }
    }

    [Fact]
    public async Task A_line_without_an_end_does_not_take_more_memory_than_the_limit_allows()
    {
        using var endless = new EndlessStream();
        using var reader = new LineReader(endless, 100_000, () => new InvalidDataException());

        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.InRange(endless.Delivered, 100_000, 1_000_000);
    }

    private static async Task<List<string>> ReadAsync(byte[] bytes, int limit, params int[] ends)
    {
        using var stream = new ByteStream(bytes, ends);
        using var reader = new LineReader(stream, limit, () => new InvalidDataException());
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add($"{Encoding.UTF8.GetString(reader.Line)}|{reader.IsTerminated}");
        }

        return lines;
    }

    private sealed class EndlessStream : MemoryStream
    {
        internal long Delivered { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Delivered += buffer.Length;
            return new(buffer.Length);
        }
    }
}
