using HybridLlm.Classification;

namespace HybridLlm.Tool.Learning;

/// <summary>Parts rows into folds by their prompt, so that rows with the same prompt are never on both sides.</summary>
internal static class Folds
{
    /// <summary>Gets the fold of each prompt; the same seed gives the same folds.</summary>
    public static int[] Of(IEnumerable<string> prompts, int folds, int seed) =>
        [.. prompts.Select(prompt => (int)(Hashing.Finish(Hashing.Add(Hashing.Of(prompt), (uint)seed)) % (uint)folds))];

    /// <summary>Decides about each fold by the others.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="promptOf">Gets the prompt of a row.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">The same seed gives the same folds.</param>
    /// <param name="decide">Decides about rows (second) by what others (first) teach.</param>
    /// <returns>What was decided about each row, in order.</returns>
    public static TDecision[] Decide<TRow, TDecision>(List<TRow> rows, Func<TRow, string> promptOf, int folds, int seed, Func<List<TRow>, List<TRow>, IReadOnlyList<TDecision>> decide)
    {
        var foldOf = Of(rows.Select(promptOf), folds, seed);
        var decisions = new TDecision[rows.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            var places = Enumerable.Range(0, rows.Count).Where(i => foldOf[i] == fold).ToList();
            if (places.Count == 0)
            {
                continue;
            }

            var decided = decide([.. rows.Where((_, i) => foldOf[i] != fold)], places.ConvertAll(i => rows[i]));
            for (var i = 0; i < places.Count; i++)
            {
                decisions[places[i]] = decided[i];
            }
        }

        return decisions;
    }
}
