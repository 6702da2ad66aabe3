namespace HybridLlm.Testing.Generation;

/// <summary>One generation: what was asked, what comes out token by token, and how long it took so far.</summary>
internal sealed class ChatRun
{
    private readonly TimeProvider _clock;
    private long _started;
    private long _firstToken;
    private int _cached;

    public ChatRun(SimulatedChat chat, SimulatedReply reply, long task, int contextLength, TimeProvider clock)
    {
        _clock = clock;
        _started = clock.GetTimestamp();
        Chat = chat;
        Reply = reply;
        Task = task;
        PromptTokens = Tokenizer.Split(chat.Prompt);
        Created = clock.GetUtcNow().ToUnixTimeSeconds();
        (Pieces, StoppedBy) = Cut(Flatten(reply), chat.Stop);

        // One token comes always. A reply of just as many tokens as allowed is cut off: its end token would be one more.
        var most = Math.Max(1, contextLength - PromptTokens.Count);
        most = chat.MaxTokens is { } asked and >= 0 ? Math.Clamp(asked, 1, most) : most;
        Truncated = Pieces.Count > most || (Pieces.Count == most && StoppedBy is null && chat.MaxTokens >= 0);
        Pieces = Pieces.Count > most ? [.. Pieces.Take(most)] : Pieces;
        FinishReason = reply.FinishReason
            ?? (Truncated ? "length" : Pieces.Any(static piece => piece.Kind == PieceKind.ToolCall) ? "tool_calls" : "stop");

        // The end token counts, but is not shown; so does a token that is all of a stop text.
        var ends = !Truncated && !(Pieces.Count > 0 && Pieces[^1].IsRest);
        CompletionTokens = Pieces.Count + (ends ? 1 : 0);
    }

    public SimulatedChat Chat { get; }

    public SimulatedReply Reply { get; }

    /// <summary>Gets the number of the run on its simulator.</summary>
    public long Task { get; }

    public long Created { get; }

    public IReadOnlyList<string> PromptTokens { get; }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>Gets the stop text that ended the reply; <see langword="null"/> for none.</summary>
    public string? StoppedBy { get; }

    /// <summary>Gets a value indicating whether the token limit ended the reply.</summary>
    public bool Truncated { get; }

    public string FinishReason { get; }

    public int CompletionTokens { get; }

    /// <summary>Gets the number of prompt tokens that the cache spares; the last one is always worked on again.</summary>
    public int Cached => _cached;

    /// <summary>Gets the number of tokens generated so far.</summary>
    public int Generated { get; private set; }

    /// <summary>Gets or sets a value indicating whether the generation is over.</summary>
    public bool Ended { get; set; }

    public TimeSpan PromptTime => _firstToken == 0 ? _clock.GetElapsedTime(_started) : _clock.GetElapsedTime(_started, _firstToken);

    public TimeSpan PredictedTime => _firstToken == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(_firstToken);

    /// <summary>Takes a slot: from here on the prompt is worked on.</summary>
    public void Begin(Slot slot)
    {
        _started = _clock.GetTimestamp();
        _cached = slot.Run is { } before ? Math.Min(before.CommonPrefix(PromptTokens), PromptTokens.Count - 1) : 0;
        slot.Run = this;
    }

    public void AddToken() => AddTokens(1);

    /// <summary>Counts the tokens that are not counted yet, with the end token, which is not shown.</summary>
    public void AddRemainingTokens() => AddTokens(CompletionTokens - Generated);


    public int CommonPrefix(IReadOnlyList<string> prompt)
    {
        var common = 0;
        while (common < prompt.Count && common < PromptTokens.Count && prompt[common] == PromptTokens[common])
        {
            common++;
        }

        return common;
    }

    public bool Thinks => Reply.Reasoning is not null || Reply.ReasoningPieces is not null;

    public string TextOf(PieceKind kind) => string.Concat(Pieces.Where(piece => piece.Kind == kind).Select(static piece => piece.Text));

    /// <summary>Returns the calls of the reply, each with what the token limit left of its arguments.</summary>
    public IReadOnlyList<SimulatedToolCall> Calls() =>
    [
        .. Pieces.Where(static piece => piece.Kind == PieceKind.ToolCall)
            .GroupBy(static piece => piece.Call)
            .Select(call => Reply.ToolCalls[call.Key] with { Arguments = string.Concat(call.Select(static piece => piece.Text)) }),
    ];

    private void AddTokens(int count)
    {
        _firstToken = _firstToken == 0 ? _clock.GetTimestamp() : _firstToken;
        Generated += count;
    }

    private static List<Piece> Flatten(SimulatedReply reply)
    {
        var thoughts = reply.ReasoningPieces ?? Tokenizer.Split(reply.Reasoning ?? string.Empty);
        List<Piece> pieces = [.. thoughts.Select(static text => new Piece(PieceKind.Reasoning, text))];
        var text = reply.Pieces ?? Tokenizer.Split(reply.Text);
        pieces.AddRange(text.Select(static text => new Piece(PieceKind.Text, text)));
        for (var call = 0; call < reply.ToolCalls.Count; call++)
        {
            var opens = true;
            var arguments = reply.ToolCalls[call].Pieces ?? Tokenizer.Split(reply.ToolCalls[call].Arguments);
            foreach (var part in arguments.DefaultIfEmpty(string.Empty))
            {
                pieces.Add(new Piece(PieceKind.ToolCall, part, call, opens));
                opens = false;
            }
        }

        return pieces;
    }

    /// <summary>Ends the text before the first stop text in it.</summary>
    private static (IReadOnlyList<Piece> Pieces, string? StoppedBy) Cut(List<Piece> pieces, IReadOnlyList<string> stops)
    {
        var text = string.Concat(pieces.Where(static piece => piece.Kind == PieceKind.Text).Select(static piece => piece.Text));
        var first = stops.Where(static stop => stop.Length > 0)
            .Select(stop => (Stop: stop, At: text.IndexOf(stop, StringComparison.Ordinal)))
            .Where(static found => found.At >= 0)
            .OrderBy(static found => found.At)
            .FirstOrDefault();
        if (first.Stop is null)
        {
            return (pieces, null);
        }

        List<Piece> kept = [.. pieces.Where(static piece => piece.Kind == PieceKind.Reasoning)];
        var left = first.At;
        foreach (var piece in pieces.Where(static piece => piece.Kind == PieceKind.Text).TakeWhile(_ => left > 0))
        {
            kept.Add(left >= piece.Text.Length ? piece : piece with { Text = piece.Text[..left], IsRest = true });
            left -= piece.Text.Length;
        }

        return (kept, first.Stop);
    }
}
