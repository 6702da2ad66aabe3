using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tool.Live;

/// <summary>Builds the services of an application that answers through the configured providers, with a memory of its own that ends with it.</summary>
internal static class LiveServices
{
    /// <summary>The threshold where the configuration has none.</summary>
    public const double UsualThreshold = 0.85;

    /// <summary>Builds the services.</summary>
    /// <param name="configuration">A file with the section <c>HybridLlm</c>.</param>
    /// <param name="threshold">The confidence below which is escalated; <see langword="null"/> for the configured one.</param>
    /// <param name="error">Where warnings go.</param>
    /// <exception cref="InputException">The configuration is not valid.</exception>
    public static ServiceProvider Build(string configuration, double? threshold, TextWriter error)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new WarningLogger(error)));
        var file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(configuration), optional: false).Build();
        services.AddHybridLlm(file).AddOpenAICompatible().AddLlamaCpp().AddLmStudio().AddOllama();
        services.Configure<HybridLlmOptions>(options =>
        {
            // What is measured here must not mix with what an application of the user has learned.
            options.Metrics.Store = "None";
            options.Routing.EscalationThreshold = threshold ?? options.Routing.EscalationThreshold ?? UsualThreshold;
        });
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
