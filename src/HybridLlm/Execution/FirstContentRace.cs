using System.Runtime.CompilerServices;

namespace HybridLlm.Execution;

/// <summary>
/// Brings a request to its first content: route after route, and a second one beside the first when that takes longer than it usually does.
/// A model that is loading is waited for within the load budget.
/// </summary>
internal sealed class FirstContentRace(RequestRun run)
{
    private static readonly TimeSpan StateTimeout = TimeSpan.FromSeconds(1);

    private readonly List<(Attempt Attempt, Task Open)> _running = new(1);
    private Attempt _first = null!;
    private TimeSpan _budget;
    private TimeSpan _hedgeAfter;

    private bool IsRunning => _running.Count > 0;

    /// <summary>Tries routes until one gives content.</summary>
    /// <returns>The attempt that did; <see langword="null"/> when none is left to try, or the request itself is at fault.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async ValueTask<Attempt?> NextAsync(RequestRun run)
    {
        FirstContentRace? race = null;
        while (!run.IsGivenUp && run.TryNext(isHedge: false, out var attempt))
        {
            var open = attempt.OpenAsync();
            if (open.IsCompleted)
            {
                // Completed at once, as calls in memory do: there is nothing to watch.
                await open.ConfigureAwait(false);
                if (attempt.HasContent)
                {
                    return attempt;
                }

                await SettleAsync(attempt).ConfigureAwait(false);
                continue;
            }

            race ??= new(run);
            race.Begin(attempt, open.AsTask());
            while (race.IsRunning)
            {
                await race.WaitAsync();
                if (await race.TakeFinishedAsync().ConfigureAwait(false) is { } winner)
                {
                    return winner;
                }

                await race.AttendAsync().ConfigureAwait(false);
            }
        }

        return null;
    }

    private void Begin(Attempt first, Task open)
    {
        _first = first;
        _running.Add((first, open));
        _budget = AttemptBudgets.FirstContent(first);
        _hedgeAfter = HedgeDelay(first);
    }

    /// <summary>Ends the race when nobody waits for its end any more, or else does what is due.</summary>
    private ValueTask AttendAsync()
    {
        if (run.CallerToken.IsCancellationRequested)
        {
            StopAll(AttemptStop.None);
            throw new OperationCanceledException(run.CallerToken);
        }

        if (run.IsGivenUp)
        {
            StopAll(AttemptStop.LostRace);
        }
        else if (run.Remaining <= TimeSpan.Zero)
        {
            StopAll(AttemptStop.TotalBudget);
        }

        return IsRunning ? new(AttendRunningAsync()) : ValueTask.CompletedTask;
    }

    /// <summary>Does what is due: starts the hedge, grants more time to a model that is loading or thinking, or stops one that is too slow.</summary>
    private async Task AttendRunningAsync()
    {
        var elapsed = run.Time.GetElapsedTime(_first.Started);
        if (_hedgeAfter != Timeout.InfiniteTimeSpan && elapsed >= _hedgeAfter && _running.Exists(r => r.Attempt == _first))
        {
            _hedgeAfter = Timeout.InfiniteTimeSpan;
            if (!await IsLoadingAsync(_first).ConfigureAwait(false) && !IsThinking(_first) && run.HasHedge() && run.TrySpendHedge()
                && run.TryNext(isHedge: true, out var hedge))
            {
                run.LogHedge(_first, hedge);
                _running.Add((hedge, hedge.OpenAsync().AsTask()));
            }
        }

        for (var i = _running.Count - 1; i >= 0; i--)
        {
            var (attempt, open) = _running[i];
            var granted = BudgetOf(attempt);
            elapsed = run.Time.GetElapsedTime(attempt.Started);
            if (elapsed < granted || open.IsCompleted || IsThinking(attempt))
            {
                continue;
            }

            if (elapsed < attempt.Timeouts.Load && await IsLoadingAsync(attempt).ConfigureAwait(false))
            {
                _budget = attempt == _first ? attempt.Timeouts.Load : _budget;
                continue;
            }

            Stop(i, AttemptStop.FirstContentBudget);
        }
    }

    private TimeSpan HedgeDelay(Attempt attempt)
    {
        var options = run.Hedging;
        if (!options.Enabled || attempt.Pace.Samples < options.MinimumSamples || !run.HasHedge())
        {
            return Timeout.InfiniteTimeSpan;
        }

        var usual = attempt.Pace.UsualFirstContent(run.InputTokens) * options.Factor;
        return usual > options.MinimumDelay ? usual : options.MinimumDelay;
    }

    private TimeSpan BudgetOf(Attempt attempt) => attempt == _first ? _budget : AttemptBudgets.FirstContent(attempt);

    /// <summary>Gets how long nothing is due.</summary>
    private TimeSpan UntilDue()
    {
        var next = run.Remaining;
        foreach (var (attempt, _) in _running)
        {
            var elapsed = run.Time.GetElapsedTime(attempt.Started);
            next = Least(next, BudgetOf(attempt) - elapsed);
            // A model that thinks past its budget is looked at again after each pause that it may make.
            next = next <= TimeSpan.Zero && IsThinking(attempt) ? attempt.Timeouts.Idle - run.Time.GetElapsedTime(attempt.LastSign) : next;
            next = attempt == _first && _hedgeAfter != Timeout.InfiniteTimeSpan ? Least(next, _hedgeAfter - elapsed) : next;
        }

        return next > TimeSpan.FromMilliseconds(1) ? next : TimeSpan.FromMilliseconds(1);

        static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    /// <summary>Waits until a call has got somewhere, or something else is due; which of them shows afterwards.</summary>
    private ConfiguredTaskAwaitable WaitAsync()
    {
        var open = _running.Count == 1 ? _running[0].Open : Task.WhenAny(_running.Select(r => r.Open));
        return open.WaitAsync(UntilDue(), run.Time, run.CallerToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask<Attempt?> TakeFinishedAsync()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            var (attempt, open) = _running[i];
            if (!open.IsCompleted)
            {
                continue;
            }

            _running.RemoveAt(i);
            if (attempt.HasContent)
            {
                if (attempt.IsHedge)
                {
                    _running.ForEach(overtaken => run.Suspect(overtaken.Attempt));
                }

                StopAll(AttemptStop.LostRace);
                return attempt;
            }

            await SettleAsync(attempt).ConfigureAwait(false);
        }

        return null;
    }

    private void StopAll(AttemptStop reason)
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            Stop(i, reason);
        }
    }

    /// <summary>Stops an attempt and records it now; it is not waited for.</summary>
    private void Stop(int index, AttemptStop reason)
    {
        var (attempt, open) = _running[index];
        _running.RemoveAt(index);
        attempt.Stop(reason);
        if (AttemptErrors.Translate(attempt, new OperationCanceledException()) is ProviderException failure)
        {
            run.SettleFailed(attempt, failure);
        }
        else
        {
            run.SettleCancelled(attempt, reason == AttemptStop.LostRace ? "another route was faster" : "the caller cancelled");
        }

        _ = attempt.AbandonAsync(open);
    }

    private async Task<bool> IsLoadingAsync(Attempt attempt)
    {
        if (attempt.IsLoading)
        {
            return true;
        }

        if (attempt.Runtime.Provider.Provider is not IModelStateSource source)
        {
            return false;
        }

        using var timeout = new CancellationTokenSource(StateTimeout, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, run.CallerToken);
        try
        {
            return await source.GetModelStateAsync(attempt.Runtime.ModelId, either.Token).ConfigureAwait(false) == ModelState.Loading;
        }
        catch (Exception exception) when (exception is ProviderException or OperationCanceledException)
        {
            // A backend that does not even tell its state is not known to be loading.
            return false;
        }
    }

    /// <summary>Tells whether a model has shown signs of life, such as thoughts, within the pause that it may make.</summary>
    private bool IsThinking(Attempt attempt) =>
        attempt.LastSign > attempt.Started && run.Time.GetElapsedTime(attempt.LastSign) < attempt.Timeouts.Idle;

    private static async ValueTask SettleAsync(Attempt attempt)
    {
        var run = attempt.Run;
        if (attempt.Failure is ProviderException failure)
        {
            run.SettleFailed(attempt, failure);
        }
        else
        {
            run.SettleCancelled(attempt, attempt.StopReason == AttemptStop.LostRace ? "another route was faster" : "the caller cancelled");
        }

        await attempt.CloseAsync().ConfigureAwait(false);
        run.CallerToken.ThrowIfCancellationRequested();
    }
}
