using HybridLlm.Classification;
using HybridLlm.Learning;
using HybridLlm.Metrics;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Learns from the words of prompts in the background.</summary>
/// <remarks>
/// A request pays for putting a reference to its newest message in line; reading it and learning from it is done by a timer, <see cref="Pause"/> later. What comes while the
/// line is full is left out: more than 5,000 prompts a second teach nothing that 5,000 do not. No text is kept beyond the line.
/// </remarks>
internal sealed class PromptQueue : IDisposable
{
    /// <summary>How many calls wait at most.</summary>
    public const int Capacity = 256;

    /// <summary>How long they wait.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IMeasurementSource _source;
    private readonly Func<RoutingOptions> _routing;
    private readonly Lock _gate = new();
    private readonly Lock _learning = new();
    private readonly ITimer _timer;
    private Item[] _waiting = new Item[Capacity];
    private Item[] _taken = new Item[Capacity];
    private int _count;

    /// <param name="source">What learns.</param>
    /// <param name="routing">Gives the current policy. Must not throw.</param>
    /// <param name="time">The clock.</param>
    public PromptQueue(IMeasurementSource source, Func<RoutingOptions> routing, TimeProvider time)
    {
        _source = source;
        _routing = routing;

        // The timer must not carry the activity and the other async locals of whoever happened to come first.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static queue => ((PromptQueue)queue!).Drain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes what an attempt came to. To be called before the tracker learns from it.</summary>
    public void Offer(Attempt attempt, CallOutcome outcome)
    {
        if (!HasRoom)
        {
            return;
        }

        var routing = _routing();
        if (!routing.Learning.PerPrompt.Enabled)
        {
            ForgetAll();
            return;
        }

        var profile = attempt.Run.Trace.Plan.Profile;
        if (PromptLessons.Of(_source, outcome, profile.ComplexityConfidence > 0 ? profile.Complexity : null, outcome.RequestId, routing) is { } lesson
            && NewestOf(attempt.Run.Request.Messages) is { } prompt)
        {
            Add(new(lesson, prompt));
        }
    }

    /// <summary>Takes a rating.</summary>
    public void Rate(CallOutcome outcome)
    {
        if (HasRoom && outcome.Rating is { } rating && _routing().Learning.PerPrompt.Enabled)
        {
            Add(new(new(outcome.RequestId, outcome.Model, outcome.ModelVersion, Expected: 0, rating), Prompt: null));
        }
    }

    /// <summary>Learns from what waits.</summary>
    public void Drain()
    {
        lock (_learning)
        {
            int count;
            lock (_gate)
            {
                (_waiting, _taken, count, _count) = (_taken, _waiting, _count, 0);
            }

            var options = _routing().Learning.PerPrompt;
            if (!options.Enabled)
            {
                // Switched off while they waited.
                _taken.AsSpan(0, count).Clear();
                ForgetAll();
                return;
            }

            Span<ushort> features = stackalloc ushort[PromptFeatures.Most];
            foreach (ref readonly var item in _taken.AsSpan(0, count))
            {
                if (item.Prompt is null)
                {
                    _source.Prompts.Rate(item.Lesson.RequestId!, item.Lesson.Model, item.Lesson.Score < PerformanceTracker.FailureBelowRating);
                }
                else if (HarnessText.Strip(item.Prompt) is { Length: > 0 } prompt)
                {
                    _source.Prompts.Learn(item.Lesson, features[..PromptFeatures.Read(prompt, features)], options.MaxModels);
                }
            }

            _taken.AsSpan(0, count).Clear();
        }
    }

    public void Dispose() => _timer.Dispose();

    private bool HasRoom => Volatile.Read(ref _count) < Capacity;

    private static string? NewestOf(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User && messages[i].Text is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    private void Add(in Item item)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_count == Capacity)
            {
                return;
            }

            isFirst = _count == 0;
            _waiting[_count] = item;
            Volatile.Write(ref _count, _count + 1);
        }

        if (isFirst)
        {
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void ForgetAll()
    {
        if (!_source.Prompts.IsEmpty)
        {
            _source.Prompts.Clear();
        }
    }

    /// <param name="Lesson">What is to be learned; of a rating, who is rated and how.</param>
    /// <param name="Prompt">The prompt; <see langword="null"/> for a rating.</param>
    private readonly record struct Item(PromptLesson Lesson, string? Prompt);
}
