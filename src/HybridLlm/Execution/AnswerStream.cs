using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>
/// An answer from its first content on: what was held back, then what comes. It watches the pauses, keeps the partial text for the case that
/// the answer breaks off, and records what the attempt came to.
/// </summary>
/// <remarks>An update that is there at once passes without a clock read, a timer or an allocation; only waits are watched.</remarks>
internal sealed class AnswerStream(Attempt attempt, IAsyncEnumerator<ChatResponseUpdate> updates, List<ChatResponseUpdate> head) : IAsyncDisposable
{
    private const int MaxPartialText = 1_000_000;

    private readonly StringBuilder? _partial = attempt.Run.Streamed ? new() : null;
    private readonly TimeSpan _idleBudget = attempt.Pace.IdleBudget(attempt.Timeouts);
    private readonly bool _removesLogprobs = attempt.Run is { Streamed: true, Escalation.LeavesLogprobs: false };
    private ITimer? _watch;
    private long _waitingSince;
    private TimeSpan _waited;
    private TimeSpan _longestPause;
    private int _nextOfHead;
    private int _pieces;
    private bool _isWhole;
    private bool _disposed;

    public ChatResponseUpdate Current { get; private set; } = head[0];

    /// <summary>Gets the usage that the backend reported; <see langword="null"/> when it did not.</summary>
    public UsageDetails? Usage { get; private set; }

    /// <summary>Gets what the backend says of its own pace; <see langword="null"/> when it says nothing.</summary>
    public IServerTimings? Timings { get; private set; }

    /// <summary>Gets how many pieces of text came: about the number of tokens, where the backend does not count.</summary>
    public int Pieces => _pieces;

    /// <summary>Gets how long the attempt took without the time that the caller took.</summary>
    public TimeSpan Duration => attempt.Run.Time.GetElapsedTime(attempt.Started, attempt.FirstContent) + _waited;

    /// <summary>Gets a value indicating whether the answer came to its end while it was held back.</summary>
    public bool IsWhole => _isWhole;

    public string PartialText => _partial?.ToString() ?? "";

    /// <summary>Goes to the next update.</summary>
    /// <returns>Whether there is one. <see langword="false"/> means that the answer is complete.</returns>
    /// <exception cref="StreamInterruptedException">The answer broke off, and the caller asked for a stream.</exception>
    /// <exception cref="ProviderException">The answer broke off, and the caller asked for the whole.</exception>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_nextOfHead < head.Count)
        {
            Take(head[_nextOfHead++]);
            return new(true);
        }

        if (_isWhole)
        {
            return new(Go(more: false));
        }

        var move = NextAsync();
        return move.IsCompletedSuccessfully ? new(Go(move.Result)) : WaitAsync(move);
    }

    /// <summary>Reads on, unseen by the caller, until so many pieces are there or the answer is complete.</summary>
    /// <returns>Whether it came so far; <see langword="false"/> when it broke off, which is recorded then.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<bool> HoldBackAsync(int pieces)
    {
        while (!_isWhole && head.Count < pieces)
        {
            try
            {
                if (await WatchedAsync(NextAsync()).ConfigureAwait(false))
                {
                    head.Add(updates.Current);
                    attempt.Run.Observer?.SawUpdate(attempt, updates.Current, Duration);
                }
                else
                {
                    _isWhole = true;
                }
            }
            catch (Exception exception) when (exception is StreamInterruptedException)
            {
                // Recorded as a failure of the route; nobody has seen anything of the answer, so another one can give it.
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts what is held back together.</summary>
    public ChatResponse Beginning()
    {
        var response = head.ToChatResponse();
        Logprobs.Copy(head, response);
        return response;
    }

    /// <summary>Reads the answer to its end.</summary>
    public async ValueTask<ChatResponse> ToResponseAsync()
    {
        var all = new List<ChatResponseUpdate>(head.Count + 16);
        while (await MoveNextAsync().ConfigureAwait(false))
        {
            all.Add(Current);
        }

        var response = all.ToChatResponse();
        Logprobs.Gather(all, response);
        return response;
    }

    /// <summary>Ends the answer. One that the caller has not read to its end is cancelled, which closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        if (!attempt.IsSettled)
        {
            attempt.Stop(AttemptStop.LostRace);
            attempt.Run.SettleCancelled(attempt, "the caller stopped reading");
        }

        await attempt.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Disposes the backend's stream. Called by the attempt when it gives back what it holds.</summary>
    public async ValueTask DisposeUpdatesAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_watch is not null)
        {
            await _watch.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            await updates.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ProviderException or IOException)
        {
            // The answer is over either way; what closing it says is of interest to whoever looks for the reason of a slow backend.
            attempt.Run.LogClosingFailed(attempt, exception);
        }
    }

    private ValueTask<bool> NextAsync() =>
        attempt.Run.Observer is { } observer ? observer.MoveNextAsync(attempt, updates) : updates.MoveNextAsync();

    private bool Go(bool more)
    {
        if (more)
        {
            attempt.Run.Observer?.SawUpdate(attempt, updates.Current, Duration);
            Take(updates.Current);
        }
        else
        {
            attempt.Pace.SeePause(_longestPause);
            if (attempt.Run.Streamed)
            {
                // A whole answer still has its checks before it.
                attempt.Run.SettleAnswered(attempt);
            }
        }

        return more;
    }

    private void Take(ChatResponseUpdate update)
    {
        Current = update;
        Timings = AnswerContent.FindTimings(update.AdditionalProperties) ?? Timings;
        if (_removesLogprobs)
        {
            update.AdditionalProperties?.Remove(HybridLlmOptionKeys.Logprobs);
        }

        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            switch (contents[i])
            {
                case TextContent text:
                    _pieces++;
                    if (_partial is { Length: < MaxPartialText })
                    {
                        _partial.Append(text.Text);
                    }

                    break;
                case TextReasoningContent:
                    _pieces++;
                    break;
                case UsageContent usage:
                    Usage = usage.Details;
                    break;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(ValueTask<bool> move) => Go(await WatchedAsync(move).ConfigureAwait(false));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WatchedAsync(ValueTask<bool> move)
    {
        var time = attempt.Run.Time;
        var since = time.GetTimestamp();
        Volatile.Write(ref _waitingSince, since);
        _watch ??= StartWatch(time);
        try
        {
            return await move.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Interrupt(exception);
        }
        finally
        {
            Volatile.Write(ref _waitingSince, 0);
            var pause = time.GetElapsedTime(since);
            _waited += pause;
            _longestPause = pause > _longestPause ? pause : _longestPause;
        }
    }

    private Exception Interrupt(Exception exception)
    {
        var failure = AttemptErrors.Translate(attempt, exception);
        if (failure is not ProviderException error)
        {
            attempt.Run.SettleCancelled(attempt, "the caller cancelled");
            return new OperationCanceledException(failure.Message, failure, attempt.Run.CallerToken);
        }

        if (error.Kind is ProviderErrorKind.Unavailable)
        {
            error = AttemptErrors.Of(attempt, ProviderErrorKind.StreamInterrupted, $"broke off its answer: {error.Message}", error);
        }

        attempt.Run.SettleFailed(attempt, error);
        return attempt.Run.Streamed ? new StreamInterruptedException(PartialText, attempt.Run.Trace, error) : error;
    }

    private ITimer StartWatch(TimeProvider time)
    {
        var period = _idleBudget / 4;
        return time.CreateTimer(static stream => ((AnswerStream)stream!).Watch(), this, period, period);
    }

    private void Watch()
    {
        var since = Volatile.Read(ref _waitingSince);
        if (since == 0)
        {
            return;
        }

        if (attempt.Run.Time.GetElapsedTime(since) >= _idleBudget)
        {
            attempt.Stop(AttemptStop.IdleBudget);
        }
        else if (attempt.Run.Remaining <= TimeSpan.Zero)
        {
            attempt.Stop(AttemptStop.TotalBudget);
        }
    }
}
