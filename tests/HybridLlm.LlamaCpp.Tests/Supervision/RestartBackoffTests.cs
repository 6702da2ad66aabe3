using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

public sealed class RestartBackoffTests
{
    private readonly RestartBackoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), stableAfter: TimeSpan.FromSeconds(30));

    [Fact]
    public void The_wait_doubles_up_to_its_bound_and_never_overflows()
    {
        var waits = Enumerable.Range(0, 200).Select(_ => _backoff.Next(TimeSpan.Zero).TotalSeconds).ToArray();
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits[..8]);
        Assert.All(waits[8..], wait => Assert.Equal(60, wait));
        Assert.Equal(200, _backoff.Failures);
    }

    [Fact]
    public void A_stable_run_starts_the_count_anew()
    {
        _backoff.Next(TimeSpan.Zero);
        _backoff.Next(TimeSpan.FromSeconds(29.9));
        Assert.Equal(TimeSpan.FromSeconds(1), _backoff.Next(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, _backoff.Failures);
    }
}
