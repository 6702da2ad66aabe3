using HybridLlm.Execution;

namespace HybridLlm.Tests.Execution;

public sealed class OutcomeIdsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_is_a_uuid_of_version_7_with_the_time_in_its_first_48_bits()
    {
        var id = OutcomeIds.Next(Noon);

        Assert.Equal(7, id.Version);
        Assert.Equal(0b10, id.Variant >> 2);
        Assert.Equal(Noon.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void Next_differs_within_a_millisecond_and_sorts_in_the_order_of_the_calls()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => OutcomeIds.Next(Noon)).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public void Next_from_many_threads_differs()
    {
        var ids = new Guid[8 * 10_000];

        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                ids[(thread * 10_000) + i] = OutcomeIds.Next(Noon);
            }
        });

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
