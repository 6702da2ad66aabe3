using Microsoft.Extensions.AI;
using Polly;

namespace HybridLlm.Execution;

/// <summary>
/// One call of one route, up to its first content. What comes before that is held back, so that another route can still take over unseen;
/// what comes after it is the business of the <see cref="AnswerStream"/>.
/// </summary>
internal sealed class Attempt
{
    /// <summary>How much may come before the first content. More than that is passed on as it is.</summary>
    private const int MaxHeldUpdates = 16_384;

    private static readonly TimeSpan FirstLoadPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestLoadPause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _own;
    private RouteLease _lease;
    private bool _holdsLease;
    private int _stop;
    private long _lastSign;

    public Attempt(RequestRun run, ModelProfile model, RouteRuntime runtime, int number, bool isHedge)
    {
        Run = run;
        Model = model;
        Runtime = runtime;
        Number = number;
        IsHedge = isHedge;
        IsStream = model.Features.HasFlag(LlmFeatures.Streaming)
            && (run.Streamed || runtime.Provider.Provider.Capabilities.PrefersStreaming);
        Started = run.Time.GetTimestamp();
        _lastSign = Started;
        Options = run.OptionsFor(model);
        if (!IsStream)
        {
            // A whole answer gives no sign before its end, so a route that hangs looks like one that works. Half of the time is left to the next one.
            WholeBudget = run.HasAnother() ? run.Remaining / 2 : run.Remaining;
        }

        _own = CancellationTokenSource.CreateLinkedTokenSource(run.CallerToken);
    }

    public RequestRun Run { get; }

    public ModelProfile Model { get; }

    public RouteRuntime Runtime { get; }

    public int Number { get; }

    public bool IsHedge { get; }

    /// <summary>
    /// Gets a value indicating whether the backend is asked for a stream. It may be although the caller did not, and is not, although the caller did,
    /// when the model cannot: then the whole answer is streamed at once.
    /// </summary>
    public bool IsStream { get; }

    /// <summary>Gets when the call began: after its wait for a place.</summary>
    public long Started { get; private set; }

    /// <summary>Gets when the first content came, or the whole answer where it is not a stream; 0 before.</summary>
    public long FirstContent { get; private set; }

    /// <summary>Gets the time of the last sign of life.</summary>
    public long LastSign => Volatile.Read(ref _lastSign);

    /// <summary>Gets a value indicating whether the backend said that it is loading the model.</summary>
    public bool IsLoading { get; private set; }

    /// <summary>Gets a value indicating whether the model was not in memory when the call began, as far as its backend told.</summary>
    public bool WaitedForLoad { get; private set; }

    /// <summary>Gets a value indicating whether the backend was called at all: an open circuit and a full queue keep calls away.</summary>
    public bool WasCalled { get; private set; }

    /// <summary>Gets the complete answer; <see langword="null"/> before it came, and where it is a stream.</summary>
    public ChatResponse? Response { get; private set; }

    /// <summary>Gets the stream, from its first content on; <see langword="null"/> before, and where the answer is not a stream.</summary>
    public AnswerStream? Stream { get; private set; }

    /// <summary>Gets why the attempt ended without content; <see langword="null"/> when it did not. A cancellation is an <see cref="OperationCanceledException"/>.</summary>
    public Exception? Failure { get; private set; }

    public bool HasContent => Response is not null || Stream is not null;

    /// <summary>Gets or sets how good the answer is believed to be; <see langword="null"/> while nobody has judged it.</summary>
    public AnswerConfidence? Confidence { get; set; }

    /// <summary>Gets or sets a value indicating whether what the attempt came to has been recorded.</summary>
    public bool IsSettled { get; set; }

    public AttemptStop StopReason => (AttemptStop)Volatile.Read(ref _stop);

    /// <summary>Gets the experiment that the attempt counts for; <see langword="null"/> for none. A route that steps in does not count for the variant.</summary>
    public ExperimentAssignment? CountsFor => Run.Trace.Plan.Experiment is { } experiment && experiment.Model == Model.Name ? experiment : null;

    /// <summary>Gets what the model is asked for. The client may change it.</summary>
    public ChatOptions Options { get; }

    public TimeoutOptions Timeouts => Runtime.Provider.Timeouts;

    public RoutePace Pace => Runtime.PaceOf(IsStream);

    /// <summary>Gets how long the whole answer may take where it is not a stream.</summary>
    public TimeSpan WholeBudget { get; }

    /// <summary>Calls the route until its first content. Does not throw: the result is in <see cref="HasContent"/> and <see cref="Failure"/>.</summary>
    public async ValueTask OpenAsync()
    {
        try
        {
            _lease = await Runtime.EnterAsync(_own.Token).ConfigureAwait(false);
            _holdsLease = true;
        }
        catch (Exception exception)
        {
            Failure = AttemptErrors.Translate(this, exception);
            return;
        }

        Run.Observer?.Entered(this);
        WaitedForLoad = Runtime.State is ModelState.NotLoaded or ModelState.Loading;
        Started = Run.Time.GetTimestamp();
        Volatile.Write(ref _lastSign, Started);
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, Run.CallerToken);
        try
        {
            context.Properties.Set(RoutePipelines.AttemptKey, this);
            var outcome = await Runtime.Pipeline
                .ExecuteOutcomeAsync(static (context, attempt) => attempt.CallAsync(context.CancellationToken), context, this)
                .ConfigureAwait(false);
            Failure = outcome.Exception is { } exception ? AttemptErrors.Translate(this, exception) : null;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Stops the call from our side. The first reason given stands.</summary>
    public void Stop(AttemptStop reason)
    {
        if (Interlocked.CompareExchange(ref _stop, (int)reason, (int)AttemptStop.None) == (int)AttemptStop.None)
        {
            _own.Cancel();
        }
    }

    /// <summary>Stops waiting for a call that was stopped: a client that does not listen to its token holds nobody up. What it holds is given back when it ends.</summary>
    public async Task AbandonAsync(Task open)
    {
        await open.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Gives back what the attempt holds.</summary>
    public ValueTask CloseAsync()
    {
        Run.Observer?.Closed(this);
        var stream = Stream;
        if (stream is null)
        {
            Release();
            return ValueTask.CompletedTask;
        }

        return CloseStreamAsync(stream);
    }

    private async ValueTask<Outcome<bool>> CallAsync(CancellationToken pipelineToken)
    {
        WasCalled = true;
        // The pipeline's token belongs to a pool and must not outlive this call, so clients get one of our own that follows it until the first content.
        var registration = pipelineToken.CanBeCanceled
            ? pipelineToken.UnsafeRegister(static own => ((CancellationTokenSource)own!).Cancel(), _own)
            : default;
        try
        {
            Run.Observer?.Began(this);
            var pause = FirstLoadPause;
            while (true)
            {
                try
                {
                    if (IsStream)
                    {
                        await OpenStreamAsync().ConfigureAwait(false);
                    }
                    else
                    {
                        Take(await Runtime.Client.GetResponseAsync(Run.MessagesFor(Model), Options, _own.Token).ConfigureAwait(false));
                    }

                    return Outcome.FromResult(true);
                }
                catch (ProviderException exception) when (exception.Kind == ProviderErrorKind.ModelLoading && Run.Time.GetElapsedTime(Started) < Timeouts.Load)
                {
                    IsLoading = WaitedForLoad = true;
                    Volatile.Write(ref _lastSign, Run.Time.GetTimestamp());
                }

                await Task.Delay(pause, Run.Time, _own.Token).ConfigureAwait(false);
                pause = pause * 2 < LongestLoadPause ? pause * 2 : LongestLoadPause;
            }
        }
        catch (OperationCanceledException exception) when (pipelineToken.IsCancellationRequested && StopReason == AttemptStop.None)
        {
            // The pipeline tells its own timeout from the caller's cancellation.
            return Outcome.FromException<bool>(exception);
        }
        catch (Exception exception)
        {
            return Outcome.FromException<bool>(AttemptErrors.Translate(this, exception));
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Take(ChatResponse response)
    {
        FirstContent = Run.Time.GetTimestamp();
        Run.Observer?.SawAnswer(this, response);
        if (!AnswerContent.IsIn(response))
        {
            throw AttemptErrors.Of(this, ProviderErrorKind.InvalidResponse, "gave an empty answer");
        }

        if (Run.Streamed)
        {
            Stream = new(this, AsyncEnumerable.Empty<ChatResponseUpdate>().GetAsyncEnumerator(_own.Token), [.. response.ToChatResponseUpdates()]);
        }
        else
        {
            Response = response;
        }
    }

    private async ValueTask OpenStreamAsync()
    {
        var updates = Runtime.Client.GetStreamingResponseAsync(Run.MessagesFor(Model), Options, _own.Token).GetAsyncEnumerator(_own.Token);
        try
        {
            var head = new List<ChatResponseUpdate>(2);
            while (await updates.MoveNextAsync().ConfigureAwait(false))
            {
                var update = updates.Current;
                head.Add(update);
                IsLoading = false;
                var now = Run.Time.GetTimestamp();
                Volatile.Write(ref _lastSign, now);
                Run.Observer?.SawUpdate(this, update, Run.Time.GetElapsedTime(Started, now));
                if (AnswerContent.IsIn(update.Contents) || head.Count == MaxHeldUpdates)
                {
                    FirstContent = now;
                    Stream = new(this, updates, head);
                    return;
                }
            }

            throw AttemptErrors.Of(this, ProviderErrorKind.InvalidResponse, head.Count == 0 ? "ended its stream without an answer" : "gave an empty answer");
        }
        finally
        {
            if (Stream is null)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CloseStreamAsync(AnswerStream stream)
    {
        try
        {
            await stream.DisposeUpdatesAsync().ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (_holdsLease)
        {
            _holdsLease = false;
            _lease.Release();
        }

        _own.Dispose();
    }
}
