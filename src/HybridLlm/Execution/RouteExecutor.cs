using Microsoft.Extensions.AI;
using Polly;

namespace HybridLlm.Execution;

/// <summary>Turns a plan into an answer.</summary>
internal sealed class RouteExecutor(RoutePipelines pipelines)
{
    /// <summary>Gets the whole answer. A route whose answer breaks off is replaced too, because the caller has seen nothing of it.</summary>
    /// <exception cref="AllRoutesFailedException">Every route that was tried failed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<ChatResponse> GetResponseAsync(RequestRun run) => ExecuteAsync(run, AnswerAsync);

    /// <summary>Gets a stream that has brought its first content.</summary>
    /// <exception cref="AllRoutesFailedException">Every route that was tried failed before its first content.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<AnswerStream> OpenStreamAsync(RequestRun run) => ExecuteAsync(run, OpenAsync);

    private async ValueTask<T> ExecuteAsync<T>(RequestRun run, Func<RequestRun, ValueTask<T>> answer)
    {
        try
        {
            try
            {
                return await answer(run).ConfigureAwait(false);
            }
            catch (ProviderException failure)
            {
                return await RetryAsync(run, answer, failure).ConfigureAwait(false);
            }
        }
        catch (ProviderException failure)
        {
            throw new AllRoutesFailedException(run.Trace, failure);
        }
        catch (OperationCanceledException exception) when (run.CallerToken.IsCancellationRequested)
        {
            run.Escalation?.Abandon(run);
            if (exception.CancellationToken == run.CallerToken)
            {
                throw;
            }

            throw new OperationCanceledException(exception.Message, exception, run.CallerToken);
        }
    }

    /// <summary>Tries again as the request's pipeline says. The pipeline sees the first failure as its own first execution, so a request that needs no retry does not pay for it.</summary>
    private async ValueTask<T> RetryAsync<T>(RequestRun run, Func<RequestRun, ValueTask<T>> answer, ProviderException first)
    {
        ProviderException? failure = first;
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, run.CallerToken);
        try
        {
            context.Properties.Set(RoutePipelines.RunKey, run);
            return await pipelines.Request.ExecuteAsync(
                async _ => Interlocked.Exchange(ref failure, null) is { } earlier ? throw earlier : await answer(run).ConfigureAwait(false), context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<ChatResponse> AnswerAsync(RequestRun run)
    {
        while (true)
        {
            var attempt = await FirstContentRace.NextAsync(run).ConfigureAwait(false);
            if (attempt is null)
            {
                return run.Escalation?.TakeHeld(run) ?? throw NothingLeft(run);
            }

            try
            {
                var response = attempt.Response ?? await attempt.Stream!.ToResponseAsync().ConfigureAwait(false);
                if (run.Check?.Invoke(response) is { } fault)
                {
                    run.Escalation?.FailedCheck();
                    throw AttemptErrors.Of(attempt, ProviderErrorKind.InvalidResponse, fault);
                }

                if (run.Escalation is null)
                {
                    run.SettleAnswered(attempt);
                    return response;
                }

                if (await run.Escalation.ConsiderAsync(run, attempt, response).ConfigureAwait(false) is { } best)
                {
                    return best;
                }
            }
            catch (ProviderException failure)
            {
                // Recorded where it was seen, or here when the check found it; the next route takes over.
                run.SettleFailed(attempt, failure);
            }
            finally
            {
                await attempt.CloseAsync().ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<AnswerStream> OpenAsync(RequestRun run)
    {
        var attempt = run.Escalation is { } escalation
            ? await OpenJudgedAsync(run, escalation).ConfigureAwait(false)
            : await FirstContentRace.NextAsync(run).ConfigureAwait(false) ?? throw NothingLeft(run);
        run.Trace.Model = attempt.Route.Model.Name;
        run.Trace.Provider = attempt.Route.Model.Provider;
        return attempt.Stream!;
    }

    /// <summary>Opens streams until one begins in a way that is believed in, or no stronger model is left.</summary>
    private static async ValueTask<Attempt> OpenJudgedAsync(RequestRun run, Escalation escalation)
    {
        while (true)
        {
            var attempt = await FirstContentRace.NextAsync(run).ConfigureAwait(false);
            if (attempt is null)
            {
                if (!escalation.TryReturnToBeginning(run))
                {
                    throw NothingLeft(run);
                }

                continue;
            }

            var keeps = false;
            try
            {
                keeps = await escalation.KeepsAsync(run, attempt).ConfigureAwait(false);
            }
            finally
            {
                if (!keeps)
                {
                    attempt.Stop(AttemptStop.LostRace);
                    await attempt.CloseAsync().ConfigureAwait(false);
                }
            }

            if (keeps)
            {
                escalation.SettleBeginning(run, attempt);
                return attempt;
            }
        }
    }

    private static ProviderException NothingLeft(RequestRun run) =>
        run.LastFailure ?? new(ProviderErrorKind.Timeout, $"The request's {run.Total} were over before a route could be tried (Timeouts:Total).");
}
