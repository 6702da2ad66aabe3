using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Takes routing hints out of options before a backend sees them.</summary>
internal static class RoutingHints
{
    private const string Prefix = "hybridllm.";

    /// <summary>Copies options without the hints in their additional properties.</summary>
    public static ChatOptions WithoutHints(ChatOptions? options)
    {
        if (options is null)
        {
            return new();
        }

        var copy = options.Clone();
        if (copy.AdditionalProperties is { } properties)
        {
            var kept = 0;
            foreach (var (key, _) in properties)
            {
                kept += key.StartsWith(Prefix, StringComparison.Ordinal) ? 0 : 1;
            }

            if (kept == 0)
            {
                copy.AdditionalProperties = null;
            }
            else if (kept < properties.Count)
            {
                copy.AdditionalProperties = new(properties.Where(p => !p.Key.StartsWith(Prefix, StringComparison.Ordinal)));
            }
        }

        return copy;
    }
}
