using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tool.Experiments;

/// <summary>Builds the services that read what an application has kept. No provider is called.</summary>
internal static class StoreServices
{
    /// <summary>Builds the services.</summary>
    /// <param name="configuration">A file with the section <c>HybridLlm</c>.</param>
    /// <param name="error">Where warnings go.</param>
    /// <exception cref="InputException">There is no such file, or the configuration is not valid.</exception>
    public static ServiceProvider Build(string configuration, TextWriter error)
    {
        if (!File.Exists(configuration))
        {
            throw new InputException($"There is no file '{configuration}'. Name with --config the file that the application reads.");
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new WarningLogger(error)));
        var file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(configuration), optional: false).Build();
        services.AddHybridLlm(file).AddOpenAICompatible().AddLlamaCpp().AddLmStudio().AddOllama();
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
