using System.Diagnostics.CodeAnalysis;
using HybridLlm.Confidence;
using HybridLlm.Execution;
using Microsoft.Extensions.AI;

namespace HybridLlm.Experiments;

/// <summary>One call of a candidate that nobody waits for.</summary>
[SuppressMessage("Design", "CA2213", Justification = "The source of yielding may be cancelled by a request after the call is over; it has no timer and no link, so there is nothing to dispose.")]
internal sealed class ShadowCall : IDisposable
{
    private readonly ShadowJob _job;
    private readonly ModelProfile _model;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _own;
    private readonly CancellationTokenSource _yield = new();

    public ShadowCall(ShadowJob job, ModelProfile model, TimeProvider time, CancellationToken stop)
    {
        _job = job;
        _model = model;
        _time = time;
        _stop = stop;
        _timeout = new(job.Target.Options.Timeout, time);
        _own = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, _yield.Token, stop);
    }

    /// <summary>Gets why it failed; <see langword="null"/> when it did not.</summary>
    public ProviderException? Failure { get; private set; }

    /// <summary>Asks the candidate, if there is a place right now.</summary>
    /// <returns>What it came to; <see langword="null"/> when somebody needs the place.</returns>
    /// <exception cref="OperationCanceledException">The application ends.</exception>
    public async ValueTask<CallOutcome?> RunAsync()
    {
        var route = _job.Target.Routes.Find(_model);
        if (!route.TryEnter(out var lease))
        {
            return null;
        }

        var (provider, gate) = (route.Provider.Gate, route.Gate);
        provider.Crowded += Yield;
        gate?.Crowded += Yield;
        Task<ChatResponse>? call = null;
        try
        {
            // Whoever began to wait before the gates were watched is seen here.
            if (provider.Waiting > 0 || gate?.Waiting > 0)
            {
                return null;
            }

            var began = _time.GetTimestamp();
            ChatResponse? response = null;
            try
            {
                var plan = new RoutePlan(_job.Profile, "shadow", [], []);
                var options = CallOptions.For(_job.Request, _model, plan, _job.Target.Defaults);
                call = route.Client.GetResponseAsync(_job.Request.Messages, options, _own.Token);
                response = await call.WaitAsync(_own.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_yield.IsCancellationRequested || _stop.IsCancellationRequested)
            {
                _stop.ThrowIfCancellationRequested();
                return null;
            }
            catch (Exception exception)
            {
                Failure = _timeout.IsCancellationRequested
                    ? new(ProviderErrorKind.Timeout, $"no answer within {_job.Target.Options.Timeout} (Routing:Shadow:Timeout)", exception)
                    : ForeignExceptions.Classify(exception, _model);
            }

            return Measure(response, _time.GetElapsedTime(began));
        }
        finally
        {
            provider.Crowded -= Yield;
            gate?.Crowded -= Yield;
            Leave(call, lease);
        }
    }

    public void Dispose()
    {
        _timeout.Dispose();
        _own.Dispose();
    }

    /// <summary>The place is given back when the call has really ended: a client may not listen to its token.</summary>
    private static void Leave(Task? call, RouteLease lease)
    {
        if (call is null or { IsCompleted: true })
        {
            lease.Release();
        }
        else
        {
            _ = LeaveAfterAsync(call, lease);
        }
    }

    private static async Task LeaveAfterAsync(Task call, RouteLease lease)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lease.Release();
    }

    /// <summary>Makes room. Who waits for the place does not wait for what a cancellation sets off.</summary>
    private void Yield() => _ = _yield.CancelAsync();

    private CallOutcome Measure(ChatResponse? response, TimeSpan duration)
    {
        if (response is not null && !AnswerContent.IsIn(response))
        {
            Failure = new(ProviderErrorKind.InvalidResponse, "it gave an empty answer");
        }

        var now = _time.GetUtcNow();
        return new()
        {
            Id = OutcomeIds.Next(now),
            Timestamp = now,
            RequestId = _job.RequestId,
            Provider = _model.Provider,
            Model = _model.Name,
            ModelVersion = _model.Version,
            TaskType = _job.Profile.TaskType,
            Complexity = _job.Profile.Complexity,
            Status = OutcomeStatus.Shadowed,
            Error = Failure?.Kind,
            DurationMs = duration.TotalMilliseconds,
            InputTokens = (int?)response?.Usage?.InputTokenCount,
            OutputTokens = (int?)response?.Usage?.OutputTokenCount,
            Streamed = _job.Streamed,
            Rating = Failure is null ? AnswerAgreement.Of(_job.Answer, response!.Text) : null,
        };
    }
}
