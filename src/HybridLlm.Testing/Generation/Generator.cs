using HybridLlm.Testing.Http;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.Generation;

/// <summary>Runs a generation: asks the script, waits for a slot, and sends what comes out at the pace of the model.</summary>
internal static class Generator
{
    /// <summary>Asks the script for a reply.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chat">What is asked.</param>
    /// <param name="contextLength">The size of the context; <see langword="null"/> for that of the settings.</param>
    /// <param name="silent">Whether the model is told not to think: a script's thoughts are dropped then, a fault's are not.</param>
    public static ChatRun Start(Exchange exchange, SimulatedChat chat, int? contextLength = null, bool silent = false)
    {
        var backend = exchange.Backend;
        var reply = backend.Replies.Next(chat);
        reply = silent ? reply with { Reasoning = null, ReasoningPieces = null } : reply;
        reply = exchange.Fault?.ShapeReply(reply, chat) ?? reply;
        return new ChatRun(chat, reply, backend.NextTask(), contextLength ?? backend.Settings.ContextLength, backend.Clock);
    }

    /// <summary>Generates and sends.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="run">What comes out.</param>
    /// <param name="dialect">How it looks on the wire.</param>
    /// <param name="slots">The slots of the model; <see langword="null"/> for those of the simulator.</param>
    public static async Task RunAsync(Exchange exchange, ChatRun run, IChatDialect dialect, SlotPool? slots = null)
    {
        slots ??= exchange.Backend.Slots;
        var backend = exchange.Backend;
        if (run.Chat.Stream && dialect.StartsBeforeSlot)
        {
            await exchange.StartStreamAsync(dialect.StreamContentType, dialect.StreamHeaders).ConfigureAwait(false);
            backend.Changed();
        }

        var queue = dialect.LeavesQueue ? exchange.Gone : exchange.Stopping;
        var slot = await slots.AcquireAsync(run.PromptTokens, queue).ConfigureAwait(false);
        using var lease = new SlotLease(slots, slot, run, dialect);
        run.Begin(slot);
        backend.Changed();

        // The slot is free before the last bytes go out, so that whoever has the whole answer finds it free. Not so under a fault:
        // an answer that never ends keeps its slot.
        Action generated = exchange.Fault is null ? lease.Dispose : static () => { };
        await (run.Chat.Stream ? StreamAsync(exchange, run, dialect, generated) : SendAsync(exchange, run, dialect, generated)).ConfigureAwait(false);
    }

    private static async Task StreamAsync(Exchange exchange, ChatRun run, IChatDialect dialect, Action generated)
    {
        if (!dialect.StartsWithFirstFrame)
        {
            await exchange.StartStreamAsync(dialect.StreamContentType, dialect.StreamHeaders).ConfigureAwait(false);
            exchange.Backend.Changed();
        }

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
