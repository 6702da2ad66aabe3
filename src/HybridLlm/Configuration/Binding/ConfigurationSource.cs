using System.Runtime.CompilerServices;
using HybridLlm.Configuration.Validation;

namespace HybridLlm.Configuration.Binding;

/// <summary>
/// What options were read from: kept beside the options object rather than in it, so that the errors of reading reach the validator together with the
/// very object they belong to, even while a file is being reloaded.
/// </summary>
/// <param name="Content">The section as it was read.</param>
/// <param name="Errors">What did not convert.</param>
/// <param name="Warnings">What is not used.</param>
internal sealed record ConfigurationSource(SectionCopy Content, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings)
{
    private static readonly ConditionalWeakTable<HybridLlmOptions, ConfigurationSource> Sources = [];

    /// <summary>Gets the source of options; <see langword="null"/> for options made in code.</summary>
    public static ConfigurationSource? Of(HybridLlmOptions options) => Sources.TryGetValue(options, out var source) ? source : null;

    /// <summary>Gets the path of the section; the usual one for options made in code.</summary>
    public static string PathOf(HybridLlmOptions options) => Of(options)?.Content.Path ?? HybridLlmOptions.SectionName;

    /// <summary>Remembers the source of options.</summary>
    public void AttachTo(HybridLlmOptions options) => Sources.AddOrUpdate(options, this);
}
