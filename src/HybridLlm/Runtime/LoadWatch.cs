using HybridLlm.Execution;

namespace HybridLlm.Runtime;

/// <summary>Asks backends how busy they are, with the requests of other clients, so that a plan knows how long a turn takes to come.</summary>
internal sealed class LoadWatch(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks again and again, until it is cancelled.</summary>
    /// <param name="providers">Gets the providers in use.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<IReadOnlyCollection<ProviderRuntime>> providers, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await Task.WhenAll(providers().Select(provider => LookAsync(provider, cancellationToken))).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task LookAsync(ProviderRuntime provider, CancellationToken cancellationToken)
    {
        if (provider.Provider is not IProviderLoadSource source)
        {
            return;
        }

        if (provider.IsRetired || provider.Health.Status == ProviderHealthStatus.Unhealthy)
        {
            provider.Load = null;
            return;
        }

        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            provider.Load = await source.GetLoadAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What is wrong with it is told by its health check; here it only means that its queue is not known.
            provider.Load = null;
        }
    }
}
