using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tool.Classification;

/// <summary>The classifiers that can be asked.</summary>
internal static class Classifiers
{
    /// <summary>The name of the encoder that is built in.</summary>
    public const string Encoder = "encoder";

    /// <summary>Builds the services of an application that classifies.</summary>
    /// <param name="secondOpinion">Adds a second opinion, which may take its time; or <see langword="null"/>.</param>
    public static ServiceProvider Build(Action<IHybridLlmBuilder>? secondOpinion)
    {
        var services = new ServiceCollection();
        var builder = services.AddHybridLlm();
        secondOpinion?.Invoke(builder);
        return services.BuildServiceProvider();
    }
}
