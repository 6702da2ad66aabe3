using System.Diagnostics;
using HybridLlm.Configuration;
using HybridLlm.Configuration.Binding;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tests.Configuration;

/// <summary>A watcher over a configuration, wired the way dependency injection wires it.</summary>
internal sealed class WatcherHarness : IDisposable
{
    public WatcherHarness(IConfigurationRoot root, Action<HybridLlmOptions>? configure = null)
    {
        var section = root.GetSection("HybridLlm");
        var validator = ConfigurationHarness.Validator();
        var factory = new OptionsFactory<HybridLlmOptions>(
            [new HybridLlmOptionsSetup(section, ConfigurationHarness.Factories), new ConfigureOptions<HybridLlmOptions>(configure ?? (_ => { }))],
            [],
            [validator]);
        Watcher = new(factory, [new ConfigurationChangeTokenSource<HybridLlmOptions>(section)], [validator], Log);
        Applied.Add(Watcher.Current);
        Watcher.Changed += Applied.Add;
    }

    public OptionsWatcher Watcher { get; }

    public RecordingLogger<OptionsWatcher> Log { get; } = new();

    /// <summary>Gets every options object that came into use, the first included.</summary>
    public List<HybridLlmOptions> Applied { get; } = [];

    /// <summary>Waits for something a file watcher of the operating system brings about.</summary>
    public static void WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "It did not happen within 30 seconds.");
            Thread.Yield();
        }
    }

    public void Dispose() => Watcher.Dispose();
}
