using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Tool.Classification;

/// <summary>The classifiers that can be asked.</summary>
internal static class Classifiers
{
    /// <summary>The name of the encoder that is built in.</summary>
    public const string Encoder = "encoder";

    /// <summary>On a busy machine an answer that comes late is still an answer: here it is judged by what it says.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Builds the services of an application that classifies.</summary>
    /// <param name="secondOpinion">Whom to ask about what is not sure: the encoder, or a model of the configuration; or <see langword="null"/>.</param>
    /// <param name="configuration">A file with the section <c>HybridLlm</c>; <see langword="null"/> when no model is asked.</param>
    /// <param name="error">Where warnings go.</param>
    public static ServiceProvider Build(string? secondOpinion, string? configuration, TextWriter error)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new WarningLogger(error)));
        var builder = configuration is null
            ? services.AddHybridLlm()
            : services.AddHybridLlm(new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(configuration), optional: false).Build());
        builder.AddOpenAICompatible().AddLlamaCpp().AddLmStudio().AddOllama();
        _ = secondOpinion switch
        {
            null => builder,
            Encoder => builder.AddEncoderClassifier(options => options.Deadline = Patience),
            _ => builder.AddLlmClassifier(secondOpinion, options => options.Deadline = Patience),
        };
        return services.BuildServiceProvider();
    }
}
