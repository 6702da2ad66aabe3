using System.Diagnostics;

namespace HybridLlm.LlamaCpp.Tests.Doubles;

/// <summary>Waits for what another process does, which tells nobody.</summary>
internal static class Poll
{
    public static Task UntilAsync(Func<bool> condition, string what, double seconds = 10) =>
        UntilAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 10)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < seconds, $"Not within {seconds} s: {what}.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a process is gone.</summary>
    public static Task UntilGoneAsync(int processId, double seconds = 5) =>
        UntilAsync(() => !IsAlive(processId), $"process {processId} is gone", seconds);

    public static bool IsAlive(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            // A process that ended and was not waited for yet (a zombie) still has an id.
            try
            {
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
