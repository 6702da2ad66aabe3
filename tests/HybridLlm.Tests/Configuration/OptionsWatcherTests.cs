using HybridLlm.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tests.Configuration;

public class OptionsWatcherTests
{
    private const string MaxRoutes = "HybridLlm:Routing:MaxRoutes";

    [Fact]
    public void Edit_takes_effect()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);

        Edit(root, MaxRoutes, "7");

        Assert.Equal(7, harness.Watcher.Current.Routing.MaxRoutes);
        Assert.Equal([5, 7], harness.Applied.Select(o => o.Routing.MaxRoutes));
        Assert.Same(harness.Applied[1], harness.Watcher.Current);
        Assert.Equal("The edited configuration is in use.", Assert.Single(harness.Log.At(LogLevel.Information)));
        Assert.Equal(0, harness.Watcher.RefusedEdits);
    }

    [Fact]
    public void Bad_edit_changes_nothing_and_says_why_once_until_a_good_one_comes()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);
        var good = harness.Watcher.Current;

        root["HybridLlm:Timeouts:Total"] = "soon";
        Edit(root, MaxRoutes, "none");
        root.Reload();
        root.Reload();

        Assert.Same(good, harness.Watcher.Current);
        var error = Assert.Single(harness.Log.At(LogLevel.Error));
        Assert.Contains("HybridLlm:Routing:MaxRoutes is 'none'. Write a whole number from 1 to 20", error, StringComparison.Ordinal);
        Assert.Contains("HybridLlm:Timeouts:Total is 'soon'.", error, StringComparison.Ordinal);
        Assert.Equal(1, harness.Watcher.RefusedEdits);

        Edit(root, MaxRoutes, "8");
        Assert.Equal(2, harness.Watcher.RefusedEdits);
        Assert.Contains("Timeouts:Total", harness.Log.At(LogLevel.Error)[1], StringComparison.Ordinal);

        Edit(root, "HybridLlm:Timeouts:Total", "00:05:00");
        Assert.Equal((8, TimeSpan.FromMinutes(5)), (harness.Watcher.Current.Routing.MaxRoutes, harness.Watcher.Current.Timeouts.Total));

        Edit(root, MaxRoutes, "none");
        Assert.Equal(3, harness.Log.At(LogLevel.Error).Count);
        Edit(root, MaxRoutes, "8");
        Assert.Contains("valid again", harness.Log.At(LogLevel.Information)[^1], StringComparison.Ordinal);
        Assert.Equal(2, harness.Applied.Count);
    }

    [Fact]
    public void Edit_that_says_the_same_is_not_applied()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);
        var first = harness.Watcher.Current;

        root.Reload();
        Edit(root, MaxRoutes, "5");
        Edit(root, "Elsewhere", "1");

        Assert.Same(first, harness.Watcher.Current);
        Assert.Single(harness.Applied);
        Assert.Empty(harness.Log.At(LogLevel.Information));
    }

    [Fact]
    public void Edit_of_a_key_that_only_the_provider_type_knows_is_applied()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);

        Edit(root, "HybridLlm:Providers:local:Threads", "3");

        Assert.Equal(3, Assert.IsType<FakeProviderOptions>(harness.Watcher.Current.Providers["local"]).Threads);
    }

    [Fact]
    public void Edit_that_leaves_no_provider_is_refused()
    {
        var source = new EditableSource();
        source.Replace(("HybridLlm:Providers:local:Type", "LlamaCpp"));
        using var harness = new WatcherHarness(new ConfigurationBuilder().Add(source).Build());

        source.Replace();

        Assert.Single(harness.Watcher.Current.Providers);
        Assert.Contains("HybridLlm:Providers is empty", Assert.Single(harness.Log.At(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_that_cannot_be_put_into_effect_is_refused()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);
        harness.Watcher.Changed += options =>
        {
            if (options.Routing.MaxRoutes == 9)
            {
                throw new IOException("The disk is full.");
            }
        };

        Edit(root, MaxRoutes, "9");

        Assert.Equal(5, harness.Watcher.Current.Routing.MaxRoutes);
        Assert.Contains("The disk is full.", Assert.Single(harness.Log.At(LogLevel.Error)), StringComparison.Ordinal);
        Assert.Equal(1, harness.Watcher.RefusedEdits);

        Edit(root, MaxRoutes, "10");
        Assert.Equal(10, harness.Watcher.Current.Routing.MaxRoutes);
    }

    [Fact]
    public void Warnings_are_logged_when_they_change()
    {
        var root = Root();
        root["HybridLlm:Cache:Enabled"] = "true";
        using var harness = new WatcherHarness(root);
        Assert.Contains("HybridLlm:Cache is 'Cache'", Assert.Single(harness.Log.At(LogLevel.Warning)), StringComparison.Ordinal);

        Edit(root, MaxRoutes, "6");
        Assert.Single(harness.Log.At(LogLevel.Warning));

        Edit(root, "HybridLlm:Routng:MaxRoutes", "6");
        Assert.Contains("Did you mean 'Routing'?", harness.Log.At(LogLevel.Warning)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_bad_from_the_start_are_thrown()
    {
        var root = Root();
        root[MaxRoutes] = "0";

        var thrown = Assert.Throws<OptionsValidationException>(() => new WatcherHarness(root));

        Assert.Contains("HybridLlm:Routing:MaxRoutes is '0'.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_made_in_code_alone_are_held()
    {
        var factory = new OptionsFactory<HybridLlmOptions>(
            [new ConfigureOptions<HybridLlmOptions>(options => options.Routing.MaxRoutes = 3)], [], [ConfigurationHarness.Validator()]);

        using var watcher = new OptionsWatcher(factory, [], [], NullLogger<OptionsWatcher>.Instance);

        Assert.Equal(3, watcher.Current.Routing.MaxRoutes);
    }

    [Fact]
    public void Edit_after_disposal_changes_nothing()
    {
        var root = Root();
        var harness = new WatcherHarness(root);
        harness.Dispose();

        Edit(root, MaxRoutes, "7");

        Assert.Equal(5, harness.Watcher.Current.Routing.MaxRoutes);
    }

    [Fact]
    public async Task Readers_see_whole_options_while_edits_go_on()
    {
        var root = Root();
        using var harness = new WatcherHarness(root);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(
            () =>
            {
                var read = 0L;
                do
                {
                    var options = harness.Watcher.Current;
                    Assert.Equal(options.Routing.MaxRoutes, options.Models["a"].MaxTokens ?? 5);
                    read++;
                }
                while (!stop.IsCancellationRequested);
                return read;
            },
            TestContext.Current.CancellationToken)).ToArray();

        for (var i = 0; i < 100; i++)
        {
            var value = $"{1 + (i % 20)}";
            root["HybridLlm:Models:a:MaxTokens"] = value;
            root[MaxRoutes] = value;
            root.Reload();
            Edit(root, MaxRoutes, "bad");
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), read => Assert.True(read > 0));
        Assert.Equal(100, harness.Watcher.RefusedEdits);
        Assert.Equal(101, harness.Applied.Count);
    }

    [Fact]
    public void File_that_is_edited_badly_and_then_repaired_is_followed()
    {
        var folder = Directory.CreateTempSubdirectory("hybridllm");
        var file = Path.Combine(folder.FullName, "settings.json");
        var text = $"{{ \"HybridLlm\": {ConfigurationHarness.Json(ConfigurationHarness.Base)} }}";
        try
        {
            File.WriteAllText(file, text);
            var memory = new EditableSource();
            memory.Replace(("HybridLlm:Routing:AccuracyFloor", "0.25"));
            var root = new ConfigurationBuilder()
                .AddJsonFile(source =>
                {
                    source.Path = file;
                    source.ReloadOnChange = true;
                    source.ReloadDelay = 0;
                    source.ResolveFileProvider();
                })
                .Add(memory)
                .Build();
            using var harness = new WatcherHarness(root);

            Replace(file, text.Replace("http://localhost:8080", "localhost", StringComparison.Ordinal));
            WatcherHarness.WaitFor(() => harness.Log.At(LogLevel.Error).Any(e => e.Contains("Providers:local:Endpoint is 'localhost'", StringComparison.Ordinal)));
            Assert.Single(harness.Applied);

            Replace(file, text.Replace("http://localhost:8080", "http://localhost:9090", StringComparison.Ordinal));
            WatcherHarness.WaitFor(() => harness.Watcher.Current.Providers["local"].Endpoint == "http://localhost:9090");
            Assert.Equal((2, 0.25), (harness.Applied.Count, harness.Watcher.Current.Routing.AccuracyFloor));

            // The file's source answers a file that is no JSON with an empty section and says nothing; the next edit elsewhere brings it to light.
            Replace(file, "{ torn");
            WatcherHarness.WaitFor(() => root["HybridLlm:Providers:local:Type"] is null);
            memory.Replace(("HybridLlm:Routing:AccuracyFloor", "0.2"));
            Assert.Equal(("http://localhost:9090", 2), (harness.Watcher.Current.Providers["local"].Endpoint, harness.Applied.Count));
            Assert.Equal(2, harness.Watcher.RefusedEdits);

            Replace(file, text);
            WatcherHarness.WaitFor(() => harness.Watcher.Current.Providers["local"].Endpoint == "http://localhost:8080");
            Assert.Equal(0.2, harness.Watcher.Current.Routing.AccuracyFloor);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IConfigurationRoot Root()
    {
        var values = ConfigurationHarness.Section(ConfigurationHarness.Base).AsEnumerable().Where(pair => pair.Value is not null);
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private static void Edit(IConfigurationRoot root, string key, string value)
    {
        root[key] = value;
        root.Reload();
    }

    /// <summary>Replaces a file the way editors do: write beside it, then move over it.</summary>
    private static void Replace(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
