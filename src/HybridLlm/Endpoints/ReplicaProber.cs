using HybridLlm.Text;
using Microsoft.Extensions.AI;

namespace HybridLlm.Endpoints;

/// <summary>Finds out whether a server works: what it says of itself, and then an answer of one token, because a server that looks well may be stuck.</summary>
/// <param name="budget">How long the answer may take.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplicaProber(TimeSpan budget, TimeProvider time)
{
    private static readonly TimeSpan HealthBudget = TimeSpan.FromSeconds(5);

    /// <summary>Looks for a fault.</summary>
    /// <param name="replica">The server.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>The fault in words; <see langword="null"/> when there is none.</returns>
    public async Task<string?> FindFaultAsync(Replica replica, CancellationToken cancellationToken)
    {
        try
        {
            var health = await WithinAsync(HealthBudget, replica.Provider.CheckHealthAsync, cancellationToken).ConfigureAwait(false);
            if (health.Status is ProviderHealthStatus.Unhealthy or ProviderHealthStatus.Loading)
            {
                return health.Description ?? $"it is {health.Status}";
            }

            // Where no request has named a model yet there is none to ask.
            return replica.LastModel is not { } modelId || await WithinAsync(budget, token => AnswersAsync(replica, modelId, token), cancellationToken).ConfigureAwait(false)
                ? null
                : "it gave an empty answer to a probe";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return exception is OperationCanceledException ? "it did not answer a probe in time" : Redaction.Of(exception.Message);
        }
    }

    private static async Task<bool> AnswersAsync(Replica replica, string modelId, CancellationToken cancellationToken)
    {
        var options = new ChatOptions { ModelId = modelId, MaxOutputTokens = 1 };
        await foreach (var update in replica.ClientFor(modelId).GetStreamingResponseAsync([new(ChatRole.User, "ping")], options, cancellationToken).ConfigureAwait(false))
        {
            // The one token may be invisible; that it was generated shows in that the answer ends for a reason.
            if (update.FinishReason is not null || update.Text.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await work(either.Token).ConfigureAwait(false);
    }
}
