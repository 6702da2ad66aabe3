namespace HybridLlm.Selection;

/// <summary>Resolves a name that stands for models: the model of that name or alias; or else the models of the provider; or else those with the tag.</summary>
internal static class TargetModels
{
    /// <summary>Finds the models that a name stands for.</summary>
    /// <returns>For each model of the snapshot, whether it is meant. None is, where nothing has the name.</returns>
    public static bool[] Of(string target, SelectionSnapshot snapshot)
    {
        var targets = new bool[snapshot.Models.Length];
        if (snapshot.IndexOf(target) is { } index)
        {
            targets[index] = true;
            return targets;
        }

        Mark(static (model, name) => string.Equals(model.Provider, name, StringComparison.OrdinalIgnoreCase));
        if (!targets.Contains(true))
        {
            Mark(static (model, name) => model.Tags.Contains(name, StringComparer.OrdinalIgnoreCase));
        }

        return targets;

        void Mark(Func<ModelProfile, string, bool> matches)
        {
            for (var i = 0; i < targets.Length; i++)
            {
                targets[i] = matches(snapshot.Models[i].Model, target);
            }
        }
    }
}
