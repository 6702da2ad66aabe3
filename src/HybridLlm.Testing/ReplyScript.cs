namespace HybridLlm.Testing;

/// <summary>
/// What the models of a simulator answer: first replies set for requests that match, then queued replies, then the default,
/// which echoes the prompt, calls a tool where tools are offered, and fills a JSON schema where one is asked for.
/// </summary>
/// <remarks>All members are safe to use while requests come in.</remarks>
public sealed class ReplyScript
{
    private readonly Lock _gate = new();
    private readonly Queue<SimulatedReply> _queue = new();
    private readonly List<(Func<SimulatedChat, bool> Matches, Func<SimulatedChat, SimulatedReply> Reply)> _rules = [];

    /// <summary>Gets or sets the reply where neither a rule nor the queue has one; <see cref="SimulatedChat.DefaultReply"/> by default.</summary>
    public Func<SimulatedChat, SimulatedReply> Default { get; set; } = static chat => chat.DefaultReply();

    /// <summary>Queues a reply for the next request that no rule matches.</summary>
    /// <param name="reply">The reply.</param>
    /// <returns>The script.</returns>
    public ReplyScript Enqueue(SimulatedReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        lock (_gate)
        {
            _queue.Enqueue(reply);
        }

        return this;
    }

    /// <summary>Sets the reply to every request that matches; the first rule that matches wins.</summary>
    /// <param name="matches">Says whether the rule is for a request.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>The script.</returns>
    public ReplyScript When(Func<SimulatedChat, bool> matches, SimulatedReply reply) => When(matches, _ => reply);

    /// <summary>Makes the reply to every request that matches; the first rule that matches wins.</summary>
    /// <param name="matches">Says whether the rule is for a request.</param>
    /// <param name="reply">Makes the reply.</param>
    /// <returns>The script.</returns>
    public ReplyScript When(Func<SimulatedChat, bool> matches, Func<SimulatedChat, SimulatedReply> reply)
    {
        ArgumentNullException.ThrowIfNull(matches);
        ArgumentNullException.ThrowIfNull(reply);
        lock (_gate)
        {
            _rules.Add((matches, reply));
        }

        return this;
    }

    /// <summary>Sets the reply to every request whose last user message contains a text.</summary>
    /// <param name="text">The text, compared by ordinal ignoring case.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>The script.</returns>
    public ReplyScript WhenUserSays(string text, SimulatedReply reply) =>
        When(chat => chat.LastUserText.Contains(text, StringComparison.OrdinalIgnoreCase), reply);

    /// <summary>Forgets all rules and queued replies; <see cref="Default"/> stays.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _queue.Clear();
        }
    }

    internal SimulatedReply Next(SimulatedChat chat)
    {
        Func<SimulatedChat, SimulatedReply>? make;
        lock (_gate)
        {
            make = _rules.Find(rule => rule.Matches(chat)).Reply;
            if (make is null && _queue.TryDequeue(out var queued))
            {
                return queued;
            }
        }

        return (make ?? Default)(chat);
    }
}
