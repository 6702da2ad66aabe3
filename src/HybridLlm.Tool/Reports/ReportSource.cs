using HybridLlm.DependencyInjection;
using HybridLlm.Metrics;
using HybridLlm.Metrics.Reports;
using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tool.Reports;

/// <summary>The reports over a folder of metrics. They read; nothing is deleted and nothing is learned.</summary>
internal sealed class ReportSource : IAsyncDisposable
{
    private readonly ServiceProvider? _services;
    private readonly JsonMetricsStore? _folder;

    private ReportSource(ServiceProvider? services, JsonMetricsStore? folder, IPerformanceReports reports)
    {
        _services = services;
        _folder = folder;
        Reports = reports;
    }

    public IPerformanceReports Reports { get; }

    /// <summary>Opens the metrics.</summary>
    /// <param name="path">The folder; <see langword="null"/> for that of the configuration, or the usual one.</param>
    /// <param name="configuration">The application's configuration, with its prices; <see langword="null"/> for none.</param>
    /// <param name="error">Where warnings go.</param>
    /// <exception cref="InputException">There are none, or the configuration is not valid.</exception>
    public static ReportSource Open(string? path, string? configuration, TextWriter error)
    {
        var services = configuration is null ? null : Configure(configuration, error);
        var runtime = services?.GetRequiredService<HybridLlmRuntime>();
        var store = services is null || path is not null ? null : services.GetRequiredService<MetricsStoreSelection>().Store;
        JsonMetricsStore? folder = null;
        if (store is null)
        {
            var full = MetricsPath.Resolve(new() { Path = path });
            folder = new(path is null ? full : Path.GetFullPath(path));
        }

        if ((folder ?? store as JsonMetricsStore) is { } json && !Directory.Exists(json.Folder))
        {
            throw new InputException($"There are no metrics in {json.Folder}. Name the folder of your application with --path, or its configuration with --config.");
        }

        return new(services, folder, new PerformanceReports(
            folder ?? store, static _ => Task.CompletedTask, name => runtime is not null && runtime.Catalog.TryFind(name, out var model) ? model : null, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            await _folder.DisposeAsync().ConfigureAwait(false);
        }

        if (_services is not null)
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ServiceProvider Configure(string file, TextWriter error)
    {
        if (!File.Exists(file))
        {
            throw new InputException($"--config {file}: there is no such file.");
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new WarningLogger(error)));
        services.AddHybridLlm(new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build())
            .AddOpenAICompatible().AddLlamaCpp().AddLmStudio().AddOllama();
        var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<HybridLlmOptions>>().Value;
            return provider;
        }
        catch (OptionsValidationException exception)
        {
            provider.Dispose();
            throw new InputException(string.Join(Environment.NewLine, exception.Failures), exception);
        }
    }
}
