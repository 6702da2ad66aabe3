using HybridLlm.Testing;

namespace HybridLlm.Conformance;

/// <content>What is told of a backend that is gone or hangs.</content>
public abstract partial class ScriptedProviderConformance
{
    [Fact]
    public async Task A_list_that_cannot_be_had_is_an_error_with_a_kind()
    {
        await Simulator.StopListeningAsync();

        var failure = await Assert.ThrowsAsync<ProviderException>(() => Target.Provider.ListModelsAsync(Deadline));

        Assert.Equal((ProviderErrorKind.Unavailable, Target.Provider.Name), (failure.Kind, failure.Provider));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_unhealthy_and_no_exception()
    {
        await Simulator.StopListeningAsync();

        var health = await Target.Provider.CheckHealthAsync(Deadline);

        Assert.Equal(ProviderHealthStatus.Unhealthy, health.Status);
        Assert.False(string.IsNullOrEmpty(health.Description));
    }

    [Fact]
    public async Task A_health_check_that_is_cancelled_is_cancelled()
    {
        Simulator.Faults.Always(Fault.Hang(), FaultTarget.Everything);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var check = Target.Provider.CheckHealthAsync(caller.Token);
        await Simulator.WaitForActiveRequestsAsync(1, Deadline);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }
}
