using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace HybridLlm.Ollama;

/// <summary>Makes providers of the type <c>Ollama</c>.</summary>
public sealed class OllamaProviderFactory : LlmProviderFactory<OllamaOptions>
{
    /// <summary>The type, as written in the configuration.</summary>
    public const string ProviderType = "Ollama";

    /// <inheritdoc/>
    public override string Type => ProviderType;

    /// <inheritdoc/>
    protected override OllamaOptions Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var options = section.Get<OllamaOptions>() ?? new();
        options.ContextLengths.Clear();
        ReadContextLengths(section.GetSection(nameof(options.ContextLengths)), "", options.ContextLengths);
        return options;
    }

    /// <inheritdoc/>
    protected override void Validate(OllamaOptions options, IConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(errors);
        OllamaOptionsValidator.Validate(options, errors);
    }

    /// <inheritdoc/>
    protected override ILlmProvider Create(ProviderContext context, OllamaOptions options) => new OllamaProvider(context, options);

    // The configuration takes the colon in a model's name for a level.
    private static void ReadContextLengths(IConfigurationSection section, string name, IDictionary<string, int> lengths)
    {
        foreach (var child in section.GetChildren())
        {
            var model = name.Length == 0 ? child.Key : $"{name}:{child.Key}";
            if (!string.IsNullOrEmpty(child.Value))
            {
                lengths[model] = int.TryParse(child.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var length)
                    ? length
                    : throw new InvalidOperationException($"'{child.Path}' is '{child.Value}', which is no whole number.");
            }

            ReadContextLengths(child, model, lengths);
        }
    }
}
