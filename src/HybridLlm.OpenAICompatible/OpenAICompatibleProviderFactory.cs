using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.Configuration;

namespace HybridLlm.OpenAICompatible;

/// <summary>Makes providers of the type <c>OpenAICompatible</c>.</summary>
public sealed class OpenAICompatibleProviderFactory : LlmProviderFactory<OpenAICompatibleOptions>
{
    /// <summary>The type, as written in the configuration.</summary>
    public const string ProviderType = "OpenAICompatible";

    /// <inheritdoc/>
    public override string Type => ProviderType;

    /// <summary>Checks the options that every OpenAI-compatible provider has. For factories of derived providers.</summary>
    /// <param name="options">The options.</param>
    /// <param name="errors">Takes the errors found.</param>
    /// <param name="endpointExample">An address to show in messages. It is an error to have no endpoint; <see langword="null"/> allows it.</param>
    public static void ValidateCommon(OpenAICompatibleOptions options, IConfigurationErrors errors, string? endpointExample) =>
        OptionsValidation.Validate(options, errors, endpointExample);

    /// <inheritdoc/>
    protected override OpenAICompatibleOptions Read(IConfigurationSection section) => section.Get<OpenAICompatibleOptions>() ?? new();

    /// <inheritdoc/>
    protected override void Validate(OpenAICompatibleOptions options, IConfigurationErrors errors) =>
        ValidateCommon(options, errors, "http://localhost:8000");

    /// <inheritdoc/>
    protected override ILlmProvider Create(ProviderContext context, OpenAICompatibleOptions options) => new OpenAICompatibleProvider(context, options);
}
