using HybridLlm.Testing.Http;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.Generation;

/// <summary>Runs a generation: asks the script, waits for a slot, and sends what comes out at the pace of the model.</summary>
internal static class Generator
{
    public static ChatRun Start(Exchange exchange, SimulatedChat chat)
    {
        var backend = exchange.Backend;
        var reply = backend.Replies.Next(chat);
        reply = exchange.Fault?.ShapeReply(reply, chat) ?? reply;
        return new ChatRun(chat, reply, backend.NextTask(), backend.Settings.ContextLength, backend.Clock);
    }

    public static async Task RunAsync(Exchange exchange, ChatRun run, IChatDialect dialect)
    {
        var backend = exchange.Backend;
        if (run.Chat.Stream && dialect.StartsBeforeSlot)
        {
            await exchange.StartStreamAsync(dialect.StreamContentType, dialect.StreamHeaders).ConfigureAwait(false);
            backend.Changed();
        }

        var queue = dialect.LeavesQueue ? exchange.Gone : exchange.Stopping;
        var slot = await backend.Slots.AcquireAsync(run.PromptTokens, queue).ConfigureAwait(false);
        using var lease = new SlotLease(backend.Slots, slot, run, dialect);
        run.Begin(slot);
        backend.Changed();

        // The slot is free before the last bytes go out, so that whoever has the whole answer finds it free. Not so under a fault:
        // an answer that never ends keeps its slot.
        Action generated = exchange.Fault is null ? lease.Dispose : static () => { };
        await (run.Chat.Stream ? StreamAsync(exchange, run, dialect, generated) : SendAsync(exchange, run, dialect, generated)).ConfigureAwait(false);
    }

    private static async Task StreamAsync(Exchange exchange, ChatRun run, IChatDialect dialect, Action generated)
    {
        await exchange.StartStreamAsync(dialect.StreamContentType, dialect.StreamHeaders).ConfigureAwait(false);
        exchange.Backend.Changed();
        var player = new StreamPlayer(exchange, run, Pace(exchange, run), dialect, generated);
        await player.PlayAsync(dialect.Frames(run, exchange.Fault?.OmitsFinish ?? false)).ConfigureAwait(false);
    }

    private static async Task SendAsync(Exchange exchange, ChatRun run, IChatDialect dialect, Action generated)
    {
        var clock = exchange.Backend.Clock;
        var pace = Pace(exchange, run);
        var token = dialect.CancelsPlain ? exchange.Gone : exchange.Stopping;
        await clock.WaitAsync(pace.TimeToFirstToken, token).ConfigureAwait(false);
        run.AddToken();
        await clock.WaitAsync(pace.TokenDelay * Math.Max(0, run.Pieces.Count - 1), token).ConfigureAwait(false);
        run.AddRemainingTokens();
        generated();
        exchange.Gone.ThrowIfCancellationRequested();
        var body = dialect.Plain(run, exchange.Fault?.OmitsFinish ?? false);
        await exchange.SendAsync(new Answer(200, dialect.PlainContentType, body)).ConfigureAwait(false);
        if (!exchange.Response.Cut)
        {
            exchange.Record.AddTokens(run.CompletionTokens);
        }
    }

    private static Pace Pace(Exchange exchange, ChatRun run)
    {
        var settings = exchange.Backend.Settings;
        var pace = new Pace(run.Reply.TimeToFirstToken ?? settings.TimeToFirstToken, run.Reply.TokenDelay ?? settings.TokenDelay);
        return exchange.Fault?.ShapePace(pace) ?? pace;
    }
}
