using System.Globalization;
using System.Text.RegularExpressions;

namespace HybridLlm.IntegrationTests;

/// <summary>Runs the sample as its users do, with its output going into a pipe.</summary>
public sealed class QuickStartTests : IDisposable
{
    private static readonly string[] EasyTasks = ["simple_question", "format", "template", "tool_selection", "summarization", "narrative_generation"];
    private static readonly string[] HardTasks = ["structured_output", "knowledge_reasoning"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quickstart-tests-");

    private string MetricsPath => Path.Combine(_folder.FullName, "metrics");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        Assert.Empty(ServersOfTheSample());
    }

    [Fact]
    public async Task Run_twice_moves_each_task_to_the_better_model_survives_killed_servers_and_remembers()
    {
        var first = await RunAsync();
        Assert.Contains("this is the first run", first, StringComparison.Ordinal);
        Assert.All(EasyTasks, task => AssertChoice(first, task, "tiny-fast", "tiny-fast", "stays"));
        Assert.All(HardTasks, task => AssertChoice(first, task, "tiny-fast", "tiny-smart", "moved"));
        Assert.All([.. EasyTasks, .. HardTasks], task => Assert.Equal(4, Regex.Count(first, $@"(right|wrong) {task} +tiny-(fast|smart) +\d+ ms +\d+ tok/s  \S")));
        AssertBreakdown(first);
        Assert.Contains($"Saved in {MetricsPath}.", first, StringComparison.Ordinal);

        var second = await RunAsync();
        var loaded = Regex.Match(second, @"Loaded (\d+) outcomes of earlier runs");
        Assert.True(loaded.Success, second);
        Assert.InRange(int.Parse(loaded.Groups[1].Value, CultureInfo.InvariantCulture), 32, 100);
        Assert.All(EasyTasks, task => AssertChoice(second, task, "tiny-fast", "tiny-fast", "stays"));
        Assert.All(HardTasks, task => AssertChoice(second, task, "tiny-smart", "tiny-smart", "stays"));
        Assert.All(HardTasks, task => Assert.DoesNotMatch($@"wrong {task}", second));
        AssertBreakdown(second);
    }

    [Fact]
    public async Task Run_with_a_model_file_of_the_users_own_asks_that_model_too()
    {
        var model = Path.Combine(_folder.FullName, "mine.gguf");
        File.Copy(Path.Combine(QuickStartEnvironment.Sample, "models", "tiny-fast.gguf"), model);

        var output = await RunAsync("--model", model);

        Assert.Matches(@"conversation +own-mine +[\d.]+ m?s", output);
    }

    [Fact]
    public async Task Run_with_a_model_file_that_does_not_exist_says_so_and_fails()
    {
        using var sample = Start(QuickStartEnvironment.LlamaServer(), "--model", Path.Combine(_folder.FullName, "nothing.gguf"));

        var (exitCode, output, _) = await sample.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Contains("QuickStart failed: There is no file", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_with_a_server_that_cannot_be_started_says_so_and_fails()
    {
        using var sample = Start(Path.Combine(_folder.FullName, "no-llama-server"));

        var (exitCode, output, _) = await sample.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Contains("no-llama-server", output[output.IndexOf("QuickStart failed:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_by_the_user_stops_the_sample_and_its_servers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no command that sends Ctrl+C to another process.");
        using var sample = Start(QuickStartEnvironment.LlamaServer());
        await sample.SeesAsync("Requests of eight task types", TestContext.Current.CancellationToken);

        using var kill = QuickStartProcess.Start(_folder.FullName, new Dictionary<string, string>(), "kill", "-INT", $"{sample.Id}");
        Assert.Equal(0, (await kill.EndAsync(TestContext.Current.CancellationToken)).ExitCode);

        Assert.Equal(130, (await sample.EndAsync(TestContext.Current.CancellationToken)).ExitCode);
    }

    private static void AssertChoice(string output, string task, string before, string after, string verdict) =>
        Assert.Matches($@"\| {task} +\| {before} +\| {after} +\| {verdict} ", output);

    private static void AssertBreakdown(string output)
    {
        var inOrder = new Regex(
            @"Once upon a time[^\n]*\n +Interrupted: process (?<killed>\d+) was killed\. The caller gets a StreamInterruptedException with the [1-9]\d* characters"
            + @".*Fallback: The same request again, at once: tiny-fast answered after .*not asked: tiny-smart: CoolingDown"
            + @".*Recovery: after .* as process (?<restarted>\d+), .* went to tiny-smart\."
            + @".*Fallback: Process \d+ was killed; the caller noticed nothing: tiny-fast answered after .*attempt 1\. tiny-smart at smart: Failed .*attempt 2\. tiny-fast at fast: Succeeded",
            RegexOptions.Singleline);
        var match = inOrder.Match(output);
        Assert.True(match.Success, output);
        Assert.NotEqual(match.Groups["killed"].Value, match.Groups["restarted"].Value);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var sample = Start(QuickStartEnvironment.LlamaServer(), arguments);
        var (exitCode, output, errors) = await sample.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{errors}");
        Assert.Empty(errors);
        Assert.DoesNotContain('\u001b', output);
        return output;
    }

    private QuickStartProcess Start(string llamaServer, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["HYBRIDLLM_LLAMA_SERVER"] = llamaServer,
            ["HybridLlm__Metrics__Path"] = MetricsPath,
        };
        return QuickStartProcess.Start(
            _folder.FullName, environment, ["dotnet", Path.Combine(QuickStartEnvironment.Sample, "QuickStart.dll"), .. arguments]);
    }

    /// <summary>Finds llama-servers that serve the models of the built sample; where the system shows command lines in files.</summary>
    private static List<string> ServersOfTheSample() => !Directory.Exists("/proc") ? [] :
        [.. Directory.EnumerateDirectories("/proc").Select(CommandLine).Where(line => line.Contains(Path.Combine(QuickStartEnvironment.Sample, "models"), StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No process, or one that ended while we looked, or somebody else's.
            return "";
        }
    }
}
