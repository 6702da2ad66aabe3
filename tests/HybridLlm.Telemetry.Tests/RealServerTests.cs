using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using HybridLlm.Telemetry.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Telemetry.Tests;

/// <summary>A real llama-server's own counters agree with what is reported of it.</summary>
public sealed partial class RealServerTests
{
    private const string Key = "canarykey";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_llama_server_has_counted_the_tokens_that_are_reported()
    {
        var server = FindServer();
        Assert.SkipWhen(server is null, "There is no llama-server. Run eng/get-llama-server.sh .llama, put one on the PATH, or set HYBRIDLLM_LLAMA_SERVER.");
        var model = Ancestors().Select(folder => Path.Combine(folder, "samples", "QuickStart", "models", "tiny-fast.gguf")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(model is null, "The tests do not run inside a checkout.");
        using var recorder = new TelemetryRecorder();
        using var logs = new LogCollector();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Resilience.ProbeIdleAfter = TimeSpan.Zero;
        }).AddLlamaCpp("real", options =>
        {
            (options.ServerPath, options.ModelPath, options.ContextSize, options.Threads, options.ApiKey) = (server!, model, 1024, 1, Key);
        });
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHybridLlmClient>();
        var options = new ChatOptions { MaxOutputTokens = 24, Temperature = 0 };

        foreach (var prompt in (string[])["canaryprompt: is water wet?", "Name a colour.", "Is water wet?"])
        {
            await client.GenerateAsync(new LlmRequest([new ChatMessage(ChatRole.User, prompt)], options), Token);
            await foreach (var update in client.GenerateStreamingAsync(new LlmRequest([new ChatMessage(ChatRole.User, $"{prompt} Why?")], options), Token))
            {
                Assert.NotNull(update);
            }
        }

        var address = logs.At(LogLevel.Debug).Select(text => Started().Match(text)).First(match => match.Success).Groups[1].Value;
        var counted = await MetricsOf(new Uri(address));
        Assert.Equal(6, recorder.Calls.Count);
        Assert.All(recorder.Calls, call => Assert.Equal("succeeded", call.GetTagItem("hybridllm.status")));
        Assert.Equal(counted["llamacpp:tokens_predicted_total"], recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "output"));
        Assert.Equal(
            counted["llamacpp:prompt_tokens_total"],
            recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "input") - recorder.Calls.Sum(call => (long?)call.GetTagItem("gen_ai.usage.cache_read.input_tokens") ?? 0));
        Assert.DoesNotContain(logs.From(LogLevel.Information), text => text.Contains("canary", StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, double>> MetricsOf(Uri server)
    {
        using var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string? FindServer()
    {
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_LLAMA_SERVER") is { Length: > 0 } configured)
        {
            return File.Exists(configured) ? configured : null;
        }

        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "llama-server"));
        return Ancestors().Select(folder => Path.Combine(folder, ".llama", "bin", "llama-server")).Concat(onPath).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Ancestors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }

    [GeneratedRegex(@"started as process \d+ at (http://[\w.:]+)")]
    private static partial Regex Started();
}
