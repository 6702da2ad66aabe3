using HybridLlm.Metrics;
using Microsoft.Extensions.Hosting;

namespace HybridLlm.DependencyInjection;

/// <summary>Starts with the host what the first request would start otherwise, and saves what was learned when the host stops.</summary>
internal sealed class HybridLlmHostedService(HybridLlmRuntime runtime, RecordingPerformanceTracker tracker) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => runtime.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken) => await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
}
