using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>A prompt as the learner sees it.</summary>
internal sealed record Example
{
    /// <summary>Its features, block after block, each once: hashes at first, rows of a table when they are mapped.</summary>
    public required int[] Features { get; init; }

    /// <summary>Where each block ends.</summary>
    public required int[] Ends { get; init; }

    /// <summary>The task type; -1 when it is not known.</summary>
    public int Task { get; init; } = -1;

    /// <summary>A second defensible type; -1 when there is none.</summary>
    public int Also { get; init; } = -1;

    /// <summary>The complexity; -1 when it is not known.</summary>
    public int Level { get; init; } = -1;

    /// <summary>The share of models that failed; <see cref="float.NaN"/> when it is not known.</summary>
    public float Failure { get; init; } = float.NaN;

    /// <summary>How much the task label counts.</summary>
    public float Weight { get; init; } = 1;

    /// <summary>The collection that the prompt is of; <see langword="null"/> when it is none of people's prompts.</summary>
    public Origin? Origin { get; init; }

    /// <summary>The length of the prompt, in characters, as far as it is read.</summary>
    public required int Length { get; init; }

    /// <summary>The kind of prompt: how it came to be.</summary>
    public required string Kind { get; init; }

    /// <summary>What is never both learned from and tested on: the author, or a part of what has none.</summary>
    public required string Group { get; init; }

    /// <summary>Gives the example its rows in a table.</summary>
    public Example In(FeatureTable table) => Map(feature => table.Find((uint)feature));

    /// <summary>Gives the example other features, where a negative one is left out.</summary>
    public Example Map(Func<int, int> map)
    {
        var features = new List<int>(Features.Length);
        var ends = new int[Ends.Length];
        var seen = new HashSet<int>();
        var at = 0;
        for (var block = 0; block < ends.Length; block++)
        {
            for (; at < Ends[block]; at++)
            {
                var feature = map(Features[at]);
                if (feature >= 0 && seen.Add(feature))
                {
                    features.Add(feature);
                }
            }

            ends[block] = features.Count;
        }

        return this with { Features = [.. features], Ends = ends };
    }
}
