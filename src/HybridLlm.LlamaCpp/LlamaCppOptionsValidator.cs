using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp;

/// <summary>Checks the options of a llama.cpp provider. A missing model file is an error here, so that a typing error shows at the start.</summary>
internal sealed class LlamaCppOptionsValidator(FileLocator locator)
{
    /// <summary>How many requests one server works on at once, at most.</summary>
    public const int MaxSlots = 256;

    private static readonly string[] OwnArguments = ["--host", "--port", "--api-key", "--api-key-file", "--api-prefix", "-m", "--model", "-a", "--alias"];

    /// <summary>Checks options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="errors">Takes the errors found.</param>
    public void Validate(LlamaCppOptions options, IConfigurationErrors errors)
    {
        if (options.ModelPath is not null)
        {
            ValidateSupervised(options, errors);
        }

        InRange(nameof(options.ContextSize), options.ContextSize, 1, 10_000_000, errors);
        InRange(nameof(options.ParallelSlots), options.ParallelSlots, 1, MaxSlots, errors);
        InRange(nameof(options.Threads), options.Threads, 1, 1_024, errors);
        InRange(nameof(options.GpuLayers), options.GpuLayers, 0, 10_000, errors);
        InRange(nameof(options.PromptCacheMB), options.PromptCacheMB, 0, 1_048_576, errors);
    }

    private void ValidateSupervised(LlamaCppOptions options, IConfigurationErrors errors)
    {
        if (options.Endpoint is not null)
        {
            errors.Add(
                nameof(options.Endpoint),
                options.Endpoint,
                "Leave out either Endpoint (a llama-server that runs already) or ModelPath (one that is started for the application and chooses its own address).");
        }

        if (string.IsNullOrWhiteSpace(options.ModelPath))
        {
            errors.Add(nameof(options.ModelPath), options.ModelPath, "Write the path of a GGUF file, or leave it out.");
        }
        else if (locator.FindFile(options.ModelPath, out var looked) is null)
        {
            errors.Add(nameof(options.ModelPath), options.ModelPath, ServerFiles.DescribeMissingModel(looked));
        }

        if (string.IsNullOrWhiteSpace(options.ServerPath))
        {
            errors.Add(nameof(options.ServerPath), options.ServerPath, "Write the name or the path of llama-server, or leave it out.");
        }

        if (options.ModelAlias is { } alias && (string.IsNullOrWhiteSpace(alias) || alias.Contains(',', StringComparison.Ordinal)))
        {
            errors.Add(nameof(options.ModelAlias), alias, "Write one name, without a comma.");
        }

        foreach (var argument in options.ExtraArguments)
        {
            if (OwnArguments.Contains(argument.Split('=')[0], StringComparer.Ordinal))
            {
                errors.Add(nameof(options.ExtraArguments), argument, "The provider sets this argument itself; use ModelPath, ModelAlias and ApiKey, or run the server yourself and set Endpoint.");
            }
        }
    }

    private static void InRange(string key, int? value, int from, int to, IConfigurationErrors errors)
    {
        if (value is { } number && (number < from || number > to))
        {
            errors.Add(key, number, FormattableString.Invariant($"Write a number from {from} to {to}, or leave it out."));
        }
    }
}
