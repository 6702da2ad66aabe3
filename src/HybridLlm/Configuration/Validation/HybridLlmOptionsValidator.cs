using HybridLlm.Configuration.Binding;
using Microsoft.Extensions.Options;

namespace HybridLlm.Configuration.Validation;

/// <summary>Checks options and reports everything that is wrong at once: where, what stands there, and what to write instead.</summary>
internal sealed class HybridLlmOptionsValidator : IValidateOptions<HybridLlmOptions>
{
    private readonly ProviderTypes _types;
    private readonly Func<string, string?> _checkCondition;
    private readonly IReadOnlyList<string> _stores;

    /// <param name="factories">The registered provider types.</param>
    /// <param name="checkCondition">Says what is wrong with a rule's condition; <see langword="null"/> when nothing is.</param>
    /// <param name="stores">The names of registered metrics stores beyond the built-in ones.</param>
    public HybridLlmOptionsValidator(IEnumerable<ILlmProviderFactory> factories, Func<string, string?> checkCondition, IEnumerable<string> stores)
    {
        _types = new(factories);
        _checkCondition = checkCondition;
        _stores = [.. stores];
    }

    public ValidateOptionsResult Validate(string? name, HybridLlmOptions options)
    {
        var (errors, _) = Inspect(options);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Checks options.</summary>
    /// <returns>Errors, with which the options cannot be used, and warnings, with which they can; both sorted.</returns>
    public (IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Inspect(HybridLlmOptions options)
    {
        var source = ConfigurationSource.Of(options);
        var path = ConfigurationSource.PathOf(options);
        var errors = new ConfigurationErrors(path);
        var warnings = new ConfigurationErrors(path);
        errors.AddRange(source?.Errors ?? []);
        warnings.AddRange(source?.Warnings ?? []);

        OptionTables.Root.Accept(options, "", new RangeCheck(errors));
        if (CheckContext.IsComplete(options))
        {
            var context = new CheckContext(options, errors, warnings);
            ProviderChecks.Run(context, _types);
            ModelChecks.Run(context);
            RoutingChecks.Run(context, _checkCondition);
            TimeChecks.Run(context);
            MetricsChecks.Run(context, _stores);
        }

        return (errors.ToLines(), warnings.ToLines());
    }
}
