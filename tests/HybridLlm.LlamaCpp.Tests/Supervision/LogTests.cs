using HybridLlm.LlamaCpp.Supervision;
using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

public sealed class LogTests
{
    [Theory]
    [InlineData("0.00.022.989 E srv         start: couldn't bind HTTP server socket", LogLevel.Warning)]
    [InlineData("0.00.022.989 W cmn  common_params_fit: too much", LogLevel.Warning)]
    [InlineData("W load: control-looking token", LogLevel.Warning)]
    [InlineData("error: invalid argument: --nope", LogLevel.Warning)]
    [InlineData("2.08.474.241 W srv         alloc:  - making room for prompt cache entry, removing oldest entry (size = 5.657 MiB)", LogLevel.Debug)]
    [InlineData("0.00.022.989 I srv  load_model: E is for effort", LogLevel.Debug)]
    [InlineData("main: server is listening", LogLevel.Debug)]
    [InlineData("Evaluating", LogLevel.Debug)]
    [InlineData("0.1", LogLevel.Debug)]
    [InlineData("E", LogLevel.Debug)]
    [InlineData("", LogLevel.Debug)]
    public void The_level_is_read_off_the_line(string line, LogLevel level) => Assert.Equal(level, ServerLogLine.LevelOf(line));

    [Fact]
    public void The_ring_keeps_the_last_lines()
    {
        var ring = new LogRing(3);
        for (var i = 1; i <= 5; i++)
        {
            ring.Add($"line {i}");
        }

        Assert.Equal(["line 3", "line 4", "line 5"], ring.Tail(10));
        Assert.Equal(["line 5"], ring.Tail(1));
        Assert.True(ring.Contains("4"));
        Assert.False(ring.Contains("2"));
    }

    [Fact]
    public async Task The_pump_cuts_lines_however_the_reads_fall()
    {
        var random = new Random(20_261);
        for (var round = 0; round < 200; round++)
        {
            var lines = Enumerable.Range(0, random.Next(0, 20)).Select(_ => new string((char)random.Next('a', 'z'), random.Next(1, 300))).ToArray();
            var text = string.Concat(lines.Select(line => line + random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\n\n" }));
            var heard = new List<string>();
            await LinePump.RunAsync(new ChoppyReader(text, random), heard.Add);
            Assert.Equal(lines, heard);
        }
    }

    [Fact]
    public async Task The_pump_bounds_a_line_that_does_not_end()
    {
        var heard = new List<string>();
        await LinePump.RunAsync(new StringReader(new string('x', 100_000) + "\nnext"), heard.Add);
        Assert.Equal([new string('x', LinePump.MaxLineLength), "next"], heard);
    }

    /// <summary>Gives a text in pieces of random length.</summary>
    private sealed class ChoppyReader(string text, Random random) : TextReader
    {
        private int _position;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            var length = Math.Min(Math.Min(random.Next(1, 40), buffer.Length), text.Length - _position);
            text.AsMemory(_position, length).CopyTo(buffer);
            _position += length;
            return ValueTask.FromResult(length);
        }
    }
}
