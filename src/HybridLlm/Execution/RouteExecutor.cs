using Microsoft.Extensions.AI;
using Polly;

namespace HybridLlm.Execution;

/// <summary>Turns a plan into an answer.</summary>
internal sealed class RouteExecutor(RoutePipelines pipelines)
{
    /// <summary>Gets the whole answer. A route whose answer breaks off is replaced too, because the caller has seen nothing of it.</summary>
    /// <exception cref="AllRoutesFailedException">Every route that was tried failed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<ChatResponse> GetResponseAsync(RequestRun run)
    {
        try
        {
            while (await FirstContentRace.NextAsync(run).ConfigureAwait(false) is { } attempt)
            {
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

            return run.Escalation?.TakeHeld(run) ?? await RetryAsync(run, GetResponseAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (run.CallerToken.IsCancellationRequested)
        {
            GiveUp(run, exception);
            throw;
        }
    }

    /// <summary>Gets a stream that has brought its first content.</summary>
    /// <exception cref="AllRoutesFailedException">Every route that was tried failed before its first content.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<AnswerStream> OpenStreamAsync(RequestRun run)
    {
        try
        {
            var attempt = run.Escalation is { } escalation
                ? await OpenJudgedAsync(run, escalation).ConfigureAwait(false)
                : await FirstContentRace.NextAsync(run).ConfigureAwait(false);
            if (attempt is null)
            {
                return await RetryAsync(run, OpenStreamAsync).ConfigureAwait(false);
            }

            run.Trace.Model = attempt.Model.Name;
            run.Trace.Provider = attempt.Model.Provider;
            return attempt.Stream!;
        }
        catch (OperationCanceledException exception) when (run.CallerToken.IsCancellationRequested)
        {
            GiveUp(run, exception);
            throw;
        }
    }

    /// <summary>
    /// Tries again, as the request's pipeline says, when no route is left. The pipeline sees that as the failure of its own first execution, so a request that needs
    /// no retry does not pay for it.
    /// </summary>
    private async ValueTask<T> RetryAsync<T>(RequestRun run, Func<RequestRun, ValueTask<T>> answer)
    {
        if (run.IsInRetry)
        {
            throw NothingLeft(run);
        }

        run.IsInRetry = true;
        var isFirst = true;
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, run.CallerToken);
        try
        {
            context.Properties.Set(RoutePipelines.RunKey, run);
            return await pipelines.Request.ExecuteAsync(
                _ =>
                {
                    (var fails, isFirst) = (isFirst, false);
                    return fails ? throw NothingLeft(run) : answer(run);
                },
                context).ConfigureAwait(false);
        }
        catch (ProviderException failure)
        {
            throw new AllRoutesFailedException(run.Trace, failure);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Opens streams until one begins in a way that is believed in, or no stronger model is left.</summary>
    /// <returns>The attempt; <see langword="null"/> when no route is left.</returns>
    private static async ValueTask<Attempt?> OpenJudgedAsync(RequestRun run, Escalation escalation)
    {
        while (true)
        {
            var attempt = await FirstContentRace.NextAsync(run).ConfigureAwait(false);
            if (attempt is null)
            {
                if (!escalation.TryReturnToBeginning(run))
                {
                    return null;
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

    /// <summary>Gives up what waits for a verdict. A cancellation by a token that callers do not know becomes one by their own.</summary>
    private static void GiveUp(RequestRun run, OperationCanceledException exception)
    {
        run.Escalation?.Abandon(run);
        if (exception.CancellationToken != run.CallerToken)
        {
            throw new OperationCanceledException(exception.Message, exception, run.CallerToken);
        }
    }

    private static ProviderException NothingLeft(RequestRun run) =>
        run.LastFailure ?? new(ProviderErrorKind.Timeout, $"The request's {run.Total} were over before a route could be tried (Timeouts:Total).");
}
