namespace HybridLlm.Selection;

/// <summary>Which models may see the words of requests of each data class, worked out once per configuration and catalog. What is not known to be allowed is not.</summary>
internal sealed class DataClassPolicy
{
    private readonly Dictionary<string, DataClassRule> _classes = new(StringComparer.OrdinalIgnoreCase);

    public DataClassPolicy(SelectionSnapshot snapshot)
    {
        Add(DataClasses.LocalOnly, new());
        foreach (var (name, options) in snapshot.Routing.DataClasses)
        {
            Add(name, options);
        }

        void Add(string name, DataClassOptions options)
        {
            var allowed = new bool[snapshot.Models.Length];
            foreach (var target in options.Targets.Select(target => TargetModels.Of(target, snapshot)))
            {
                for (var i = 0; i < allowed.Length; i++)
                {
                    allowed[i] |= target[i];
                }
            }

            for (var i = 0; i < allowed.Length; i++)
            {
                allowed[i] = (allowed[i] || options.Targets.Count == 0) && (snapshot.Models[i].Model.IsLocal || !options.LocalOnly);
            }

            _classes[name] = new(allowed, options.LocalOnly
                ? $"what is asked is {name} and must not leave this machine or network"
                : $"what is asked is {name}, which this model may not see");
        }
    }

    /// <summary>Finds what holds for a request.</summary>
    /// <param name="dataClass">The name of its class; or <see langword="null"/>.</param>
    /// <returns>The rule; <see langword="null"/> when its words may go anywhere.</returns>
    /// <exception cref="UnknownDataClassException">There is no such class.</exception>
    public DataClassRule? For(string? dataClass) =>
        dataClass is null || dataClass.Equals(DataClasses.Public, StringComparison.OrdinalIgnoreCase) ? null : Find(dataClass)
            ?? throw new UnknownDataClassException(dataClass, _classes.Keys.Prepend(DataClasses.Public));

    /// <summary>Finds the rule of a class.</summary>
    public DataClassRule? Find(string dataClass) => _classes.GetValueOrDefault(dataClass);
}
