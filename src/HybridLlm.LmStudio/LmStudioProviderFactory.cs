using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.Configuration;

namespace HybridLlm.LmStudio;

/// <summary>Makes providers of the type <c>LmStudio</c>.</summary>
public sealed class LmStudioProviderFactory : LlmProviderFactory<LmStudioOptions>
{
    /// <summary>The type, as written in the configuration.</summary>
    public const string ProviderType = "LmStudio";

    private const int LargestContext = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public override string Type => ProviderType;

    /// <inheritdoc/>
    protected override LmStudioOptions Read(IConfigurationSection section) => section.Get<LmStudioOptions>() ?? new();

    /// <inheritdoc/>
    protected override void Validate(LmStudioOptions options, IConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(errors);
        OpenAICompatibleProviderFactory.ValidateCommon(options, errors, endpointExample: null);
        if (options.TimeToLive is { } time && (time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(1)))
        {
            errors.Add(nameof(options.TimeToLive), time, "Write 00:00:01 to 1.00:00:00.");
        }

        if (options.ContextSize is { } context and (< 1 or > LargestContext))
        {
            errors.Add(nameof(options.ContextSize), context, $"Write a number of tokens from 1 to {LargestContext:N0}.");
        }

        if (options is { ContextSize: not null, TimeToLive: not null })
        {
            errors.Add(nameof(options.ContextSize), options.ContextSize, "LM Studio sets a context only for models that it loads without a time to live. Take out ContextSize or TimeToLive.");
        }
    }

    /// <inheritdoc/>
    protected override ILlmProvider Create(ProviderContext context, LmStudioOptions options) => new LmStudioProvider(context, options);
}
