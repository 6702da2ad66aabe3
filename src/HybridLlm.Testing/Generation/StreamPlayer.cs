using System.Buffers;
using HybridLlm.Testing.Faults;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.Generation;

/// <summary>Sends the events of a stream at the pace of the model, in the chunks of the backend, or as a fault wants them.</summary>
internal sealed class StreamPlayer(Exchange exchange, ChatRun run, Pace pace, IChatDialect dialect, Action generated)
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly Chunking _chunking = exchange.Fault?.Chunking ?? Chunking.AsRecorded;
    private int _pendingTokens;

    /// <summary>Sends the frames. The head of the answer is out.</summary>
    public async Task PlayAsync(IEnumerable<StreamFrame> frames)
    {
        var first = true;
        foreach (var frame in exchange.Fault?.ShapeStream(frames, exchange.Backend) ?? frames)
        {
            if (frame.Kind is FrameKind.Stall or FrameKind.Close or FrameKind.Reset)
            {
                await EndAsync(frame).ConfigureAwait(false);
                return;
            }

            if (first && frame.Kind != FrameKind.Injected)
            {
                await WaitAsync(pace.TimeToFirstToken, dialect.Heartbeat).ConfigureAwait(false);
            }
            else if (frame.Kind == FrameKind.Token && run.Generated > 0)
            {
                await WaitAsync(pace.TokenDelay, null).ConfigureAwait(false);
            }

            first = false;
            await AddAsync(frame).ConfigureAwait(false);
        }

        await FlushAsync(last: true).ConfigureAwait(false);
        await StartAsync().ConfigureAwait(false);
        await exchange.Response.EndChunksAsync().ConfigureAwait(false);
    }

    private async Task AddAsync(StreamFrame frame)
    {
        if (frame.Kind == FrameKind.Token)
        {
            run.AddToken();
            _pendingTokens++;
        }
        else if (frame.Kind is FrameKind.Finish or FrameKind.Done)
        {
            run.AddRemainingTokens();
            generated();
        }

        _pending.Write(frame.Render());
        if (!frame.JoinsNext)
        {
            await FlushAsync(last: false).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(bool last)
    {
        if (_pending.WrittenCount == 0 || (_chunking == Chunking.Merged && !last))
        {
            return;
        }

        await StartAsync().ConfigureAwait(false);
        if (_chunking == Chunking.EveryByte)
        {
            for (var i = 0; i < _pending.WrittenCount; i++)
            {
                await exchange.Response.WriteChunkAsync(_pending.WrittenMemory.Slice(i, 1)).ConfigureAwait(false);
            }
        }
        else
        {
            await exchange.Response.WriteChunkAsync(_pending.WrittenMemory).ConfigureAwait(false);
        }

        _pending.ResetWrittenCount();
        exchange.Record.AddTokens(_pendingTokens);
        _pendingTokens = 0;
        exchange.Backend.Changed();
    }

    private Task StartAsync() => exchange.StartStreamAsync(dialect.StreamContentType, dialect.StreamHeaders);

    private async Task EndAsync(StreamFrame frame)
    {
        await StartAsync().ConfigureAwait(false);
        switch (frame.Kind)
        {
            case FrameKind.Close:
                await exchange.EndAsync(Ending.Close).ConfigureAwait(false);
                break;
            case FrameKind.Reset:
                await exchange.EndAsync(Ending.Reset).ConfigureAwait(false);
                break;
            default:
                exchange.Backend.Changed();
                await WaitAsync(Timeout.InfiniteTimeSpan, frame.Heartbeat).ConfigureAwait(false);
                break;
        }
    }

    private async Task WaitAsync(TimeSpan time, TimeSpan? heartbeat)
    {
        var clock = exchange.Backend.Clock;
        while (heartbeat is { } every && (time == Timeout.InfiniteTimeSpan || every < time))
        {
            await clock.WaitAsync(every, exchange.Gone).ConfigureAwait(false);
            await exchange.Response.WriteChunkAsync(dialect.HeartbeatBytes).ConfigureAwait(false);
            time = time == Timeout.InfiniteTimeSpan ? time : time - every;
        }

        await clock.WaitAsync(time, exchange.Gone).ConfigureAwait(false);
    }
}
