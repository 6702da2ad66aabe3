using HybridLlm.OpenAICompatible;

namespace HybridLlm.Ollama;

/// <summary>Checks the options of an Ollama provider.</summary>
internal static class OllamaOptionsValidator
{
    private const int MinContext = 256;
    private const int MaxContext = 10_000_000;

    /// <summary>Checks options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="errors">Takes the errors found.</param>
    internal static void Validate(OllamaOptions options, IConfigurationErrors errors)
    {
        OpenAICompatibleProviderFactory.ValidateCommon(options, errors, endpointExample: null);
        if (Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var address)
            && (address.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal) || address.AbsolutePath.TrimEnd('/').EndsWith("/api", StringComparison.Ordinal)))
        {
            errors.Add(nameof(options.Endpoint), options.Endpoint, "Write the server's address alone, such as http://localhost:11434; the paths of Ollama's own API are added to it.");
        }

        ValidateContext(nameof(options.ContextLength), options.ContextLength, errors);
        foreach (var (model, length) in options.ContextLengths)
        {
            ValidateContext($"{nameof(options.ContextLengths)}:{model}", length, errors);
        }

        if (options.KeepAlive == TimeSpan.Zero)
        {
            errors.Add(nameof(options.KeepAlive), options.KeepAlive, "Write how long a model stays loaded, such as 00:30:00, or -00:00:01 for ever. With 0 a model would be unloaded as soon as it is loaded.");
        }

        if (options.DownloadStallTimeout < TimeSpan.FromSeconds(1) || options.DownloadStallTimeout > TimeSpan.FromHours(24))
        {
            errors.Add(nameof(options.DownloadStallTimeout), options.DownloadStallTimeout, "Write 00:00:01 to 1.00:00:00.");
        }
    }

    private static void ValidateContext(string key, int? length, IConfigurationErrors errors)
    {
        if (length is < MinContext or > MaxContext)
        {
            errors.Add(key, length, "Write a whole number from 256 to 10,000,000, such as 8192.");
        }
    }
}
