using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Tests.Doubles;
using HybridLlm.LlamaCpp.Tests.Hosting;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

/// <summary>What the launcher does to real processes; small shell scripts stand for the server.</summary>
public sealed class LauncherTests
{
    private readonly ConcurrentQueue<string> _said = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_process_gets_its_arguments_and_environment_unchanged_and_its_output_is_heard()
    {
        using var process = Launch("for a in \"$@\"; do echo \"[$a]\"; done; echo \"$GREETING\" >&2", "two words", "$HOME 'quoted' \\", "");
        Assert.Equal(0, await process.Exited.WaitAsync(Cancellation));
        Assert.Equal(["[$HOME 'quoted' \\]", "[]", "[two words]", "hello, ünïcode"], _said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_process()
    {
        using var process = Launch("exit 41");
        Assert.Equal(41, await process.Exited.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task The_id_is_that_of_the_process_itself()
    {
        using var process = Launch("echo $$");
        await process.Exited.WaitAsync(Cancellation);
        Assert.Equal(process.Id.ToString(CultureInfo.InvariantCulture), Assert.Single(_said));
    }

    [Fact]
    public async Task A_missing_executable_is_an_exit_with_words()
    {
        SkipOnWindows();
        using var process = Start("/no/such/server");
        Assert.InRange(await process.Exited.WaitAsync(Cancellation), 126, 127);
        Assert.Contains(_said, line => line.Contains("/no/such/server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_to_stop_is_heard_as_SIGTERM()
    {
        using var process = Launch("trap 'echo stopping; exit 7' TERM; echo up; while :; do sleep 0.01; done");
        await UntilSaidAsync("up");
        process.RequestStop();
        Assert.Equal(7, await process.Exited.WaitAsync(Cancellation));
        Assert.Contains("stopping", _said);
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_is_killed()
    {
        using var process = Launch("trap '' TERM; echo up; while :; do sleep 0.01; done");
        await UntilSaidAsync("up");
        process.RequestStop();
        process.Kill();
        await process.Exited.WaitAsync(Cancellation);
        Assert.Contains("up", _said);
    }

    [Fact]
    public async Task Children_of_the_process_go_with_it()
    {
        using var process = Launch("sleep 1000 & echo $!; wait");
        await Poll.UntilAsync(() => !_said.IsEmpty, "the script has said the id of its child");
        var child = int.Parse(_said.Single(), CultureInfo.InvariantCulture);
        process.Kill();
        await process.Exited.WaitAsync(Cancellation);
        await Poll.UntilGoneAsync(child);
    }

    [Fact]
    public async Task Children_of_a_process_that_dies_by_itself_are_swept_away()
    {
        using var process = Launch("sleep 1000 & echo $!; exit 3");
        Assert.Equal(3, await process.Exited.WaitAsync(Cancellation));
        await Poll.UntilGoneAsync(int.Parse(_said.Single(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task No_watchdog_is_left_when_the_process_is_gone()
    {
        SkipUnlessLinux();
        var process = Launch("echo up; sleep 1000");
        await UntilSaidAsync("up");

        // A child that was just forked has its parent's name until it is the program that it is to be.
        int[] shells = [];
        await Poll.UntilAsync(
            () => (shells = [.. ChildrenOf(process.Id).Where(id => NameOf(id) is "sh" or "dash" or "bash")]).Length == 1, "the watchdog is the only shell below the process");
        var watchdog = shells[0];
        process.Kill();
        await process.Exited.WaitAsync(Cancellation);
        process.Dispose();
        await Poll.UntilGoneAsync(watchdog);
    }

    [Fact]
    public async Task Disposing_a_process_that_runs_kills_it()
    {
        var process = Launch("echo up; while :; do sleep 0.01; done");
        await UntilSaidAsync("up");
        process.Dispose();
        await Poll.UntilGoneAsync(process.Id);
    }

    [Fact]
    public async Task A_host_that_is_killed_leaves_no_process_behind()
    {
        SkipOnWindows();
        using var host = await HostProcess.StartAsync("/bin/sh", "-c", "trap '' TERM HUP INT; while :; do sleep 0.01; done");
        Assert.True(Poll.IsAlive(host.ServerId));
        await host.KillAsync();
        await Poll.UntilGoneAsync(host.ServerId);
    }

    [Fact]
    public async Task A_host_whose_launching_thread_ends_keeps_its_process()
    {
        // What a parent-death signal would get wrong: it fires when the thread that started the child ends.
        IServerProcess? process = null;
        var thread = new Thread(() => process = Launch("echo up; read -r never; while :; do sleep 0.01; done"));
        thread.Start();
        thread.Join();
        await UntilSaidAsync("up");
        Assert.False(process!.Exited.IsCompleted);
        process.Dispose();
        await Poll.UntilGoneAsync(process.Id);
    }

    [Fact]
    public async Task Many_processes_at_once_do_not_keep_one_another_alive()
    {
        // Each pipe's end must be held by the host alone; if a sibling inherited one, a watchdog would never read its end-of-file.
        var processes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Launch("while :; do sleep 0.05; done"), Cancellation)));
        foreach (var process in processes)
        {
            process.Dispose();
            await Poll.UntilGoneAsync(process.Id);
        }
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a Unix shell.");

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");

    private static IEnumerable<int> ChildrenOf(int processId) =>
        File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    private static string NameOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.ProcessName;
    }

    private IServerProcess Launch(string script, params string[] arguments)
    {
        SkipOnWindows();
        return Start("/bin/sh", ["-c", script, "sh", .. arguments]);
    }

    private IServerProcess Start(string path, params string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        environment["GREETING"] = "hello, ünïcode";
        return ServerLauncher.ForThisSystem.Start(new(path, arguments, environment), _said.Enqueue);
    }

    private Task UntilSaidAsync(string text) => Poll.UntilAsync(() => _said.Contains(text), $"the process has said '{text}'");
}
