using HybridLlm;
using HybridLlm.Classification;
using HybridLlm.Configuration;
using HybridLlm.Configuration.Binding;
using HybridLlm.Configuration.Validation;
using HybridLlm.DependencyInjection;
using HybridLlm.Experiments;
using HybridLlm.Learning;
using HybridLlm.Metrics;
using HybridLlm.Metrics.Reports;
using HybridLlm.Selection;
using HybridLlm.Selection.Rules;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers HybridLlm.</summary>
public static class HybridLlmServiceCollectionExtensions
{
    /// <summary>Registers HybridLlm with the section <c>HybridLlm</c> of the host's configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <returns>A builder on which provider packages hang their registrations, such as <c>AddLlamaCpp()</c>.</returns>
    /// <remarks>
    /// Registers <see cref="IHybridLlmClient"/>; the default <see cref="IChatClient"/> unless the application has its own; and keyed
    /// <see cref="IChatClient"/>s, whose key is the name or alias of a model or a task type. Calling it again adds nothing.
    /// The options are validated when the host starts and on every reload; an invalid edit is refused and logged.
    /// </remarks>
    public static IHybridLlmBuilder AddHybridLlm(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddCore(provider => provider.GetService<IConfiguration>()?.GetSection(HybridLlmOptions.SectionName));
    }

    /// <summary>Registers HybridLlm with a section of a configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section that holds the options, or a configuration that has a section <c>HybridLlm</c>.</param>
    /// <returns>A builder on which provider packages hang their registrations.</returns>
    public static IHybridLlmBuilder AddHybridLlm(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        var own = section.GetSection(HybridLlmOptions.SectionName);
        return services.AddCore(_ => own.Exists() || section is IConfigurationRoot ? own : section);
    }

    /// <summary>Registers HybridLlm with options set by code, on top of those in the host's configuration, if any.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder on which provider packages hang their registrations.</returns>
    public static IHybridLlmBuilder AddHybridLlm(this IServiceCollection services, Action<HybridLlmOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = services.AddHybridLlm();
        services.Configure(configure);
        return builder;
    }

    private static HybridLlmBuilder AddCore(this IServiceCollection services, Func<IServiceProvider, IConfiguration?> section)
    {
        var builder = new HybridLlmBuilder(services);
        if (services.Any(s => s.ServiceType == typeof(HybridLlmRuntime)))
        {
            return builder;
        }

        services.AddLogging();
        services.AddHttpClient();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<HybridLlmOptions>().ValidateOnStart();
        services.AddSingleton(provider => new OptionsSource(section(provider)));
        services.AddSingleton<IConfigureOptions<HybridLlmOptions>>(provider =>
            new HybridLlmOptionsSetup(provider.GetRequiredService<OptionsSource>().Section, provider.GetServices<ILlmProviderFactory>()));
        services.AddSingleton<IOptionsChangeTokenSource<HybridLlmOptions>>(provider =>
            new ConfigurationChangeTokenSource<HybridLlmOptions>(provider.GetRequiredService<OptionsSource>().Section));
        services.AddSingleton<IValidateOptions<HybridLlmOptions>>(provider => new HybridLlmOptionsValidator(
            provider.GetServices<ILlmProviderFactory>(), RuleCompiler.Check, provider.GetServices<NamedMetricsStore>().Select(s => s.Name)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILlmProviderFactory, InstanceProviderFactory>());

        services.TryAddSingleton<ITaskClassifier, DefaultTaskClassifier>();
        services.TryAddSingleton<IModelSelector, ModelSelector>();
        services.TryAddSingleton<OptionsWatcher>();
        services.TryAddSingleton(MetricsStoreSelection.Create);
        services.TryAddSingleton(CreateTracker);
        services.TryAddSingleton<ILearningSeeder, OutcomeSeeder>();
        services.TryAddSingleton<IPerformanceTracker>(provider => provider.GetRequiredService<RecordingPerformanceTracker>());
        services.TryAddSingleton(CreateReports);
        services.TryAddSingleton<ShadowMirror>();
        services.TryAddSingleton(CreateExperimentReports);
        services.AddSingleton<HybridLlmRuntime>();
        services.AddSingleton<IHybridLlmClient>(provider => provider.GetRequiredService<HybridLlmRuntime>().Client);
        services.TryAddSingleton<IChatClient>(provider => provider.GetRequiredService<IHybridLlmClient>());
        services.AddKeyedSingleton<IChatClient>(KeyedService.AnyKey, (provider, key) => provider.GetRequiredService<HybridLlmRuntime>().ClientFor(key));
        services.AddHostedService<HybridLlmHostedService>();
        return builder;
    }

    private static IPerformanceReports CreateReports(IServiceProvider provider)
    {
        var runtime = provider.GetRequiredService<HybridLlmRuntime>();
        return new PerformanceReports(
            provider.GetRequiredService<MetricsStoreSelection>().Store,
            provider.GetRequiredService<RecordingPerformanceTracker>().FlushAsync,
            name => runtime.Catalog.TryFind(name, out var model) ? model : null,
            provider.GetRequiredService<TimeProvider>());
    }

    private static IExperimentReports CreateExperimentReports(IServiceProvider provider) => new ExperimentReports(
        provider.GetRequiredService<MetricsStoreSelection>().Store,
        provider.GetRequiredService<RecordingPerformanceTracker>().FlushAsync,
        () => provider.GetRequiredService<OptionsWatcher>().Current.Routing,
        () => provider.GetRequiredService<ShadowMirror>().Activity,
        provider.GetRequiredService<TimeProvider>());

    private static RecordingPerformanceTracker CreateTracker(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<OptionsWatcher>();
        return new(
            new(options.Current.Metrics, provider.GetRequiredService<ILogger<PerformanceTracker>>(), LearnerSettings.From(options.Current.Routing.Learning)),
            provider.GetRequiredService<MetricsStoreSelection>().Store,
            options.Current.Metrics,
            () => options.Current.Routing,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RecordingPerformanceTracker>>());
    }
}
