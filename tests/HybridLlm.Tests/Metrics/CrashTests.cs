using System.Diagnostics;

namespace HybridLlm.Tests.Metrics;

/// <summary>A short run of <c>eng/crash.sh</c>.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Killed_ten_times_nothing_that_was_flushed_is_lost_or_doubled()
    {
        using var run = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "HybridLlm.Crash.dll"), "10", "7"]) { RedirectStandardOutput = true })!;

        var told = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.EndsWith("10 passed, 0 failed", told.TrimEnd(), StringComparison.Ordinal);
    }
}
