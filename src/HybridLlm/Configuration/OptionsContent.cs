using HybridLlm.Configuration.Binding;

namespace HybridLlm.Configuration;

/// <summary>Tells whether two options objects say the same, so that a file that was saved without a change, or in another place, disturbs nothing.</summary>
/// <remarks>
/// A provider's own options, which the core does not know, are compared by the section they were read from. What code set in them is taken to be the
/// same every time.
/// </remarks>
internal static class OptionsContent
{
    /// <summary>Compares everything.</summary>
    public static bool Same(HybridLlmOptions a, HybridLlmOptions b) =>
        Collect(OptionTables.Root, a).SequenceEqual(Collect(OptionTables.Root, b))
        && a.Providers.Count == b.Providers.Count
        && a.Providers.Keys.All(name => b.Providers.ContainsKey(name) && SameOwnOptions(a, b, name));

    /// <summary>
    /// Compares what one provider is made from: its options and the time budgets that apply to it. The budget of the whole request is not one of them.
    /// </summary>
    public static bool SameProvider(HybridLlmOptions a, HybridLlmOptions b, string name) =>
        a.Providers.TryGetValue(name, out var ofA)
        && b.Providers.TryGetValue(name, out var ofB)
        && Collect(OptionTables.Provider, ofA).SequenceEqual(Collect(OptionTables.Provider, ofB))
        && SameOwnOptions(a, b, name)
        && Budgets(ofA, a.Timeouts) == Budgets(ofB, b.Timeouts);

    private static bool SameOwnOptions(HybridLlmOptions a, HybridLlmOptions b, string name)
    {
        var (ofA, ofB) = (SectionOf(a, name), SectionOf(b, name));
        return a.Providers[name].GetType() == b.Providers[name].GetType() && (ofA is null ? ofB is null : ofA.HasSameContent(ofB));
    }

    private static SectionCopy? SectionOf(HybridLlmOptions options, string name) =>
        ConfigurationSource.Of(options)?.Content.Find(nameof(HybridLlmOptions.Providers))?.Find(name);

    private static (TimeSpan Connect, TimeSpan Load, TimeSpan FirstToken, TimeSpan Idle, TimeSpan IdleMinimum) Budgets(ProviderOptions provider, TimeoutOptions general)
    {
        var budgets = provider.Timeouts?.Over(general) ?? general;
        return (budgets.Connect, budgets.Load, budgets.FirstToken, budgets.Idle, budgets.IdleMinimum);
    }

    private static List<(string Path, object? Value)> Collect<TOptions>(OptionTable<TOptions> table, TOptions options)
        where TOptions : class
    {
        var content = new Content();
        table.Accept(options, "", content);
        return content.Values;
    }

    private sealed class Content : IOptionVisitor
    {
        public List<(string Path, object? Value)> Values { get; } = [];

        public void Value(string path, ValueRule rule, object? value, bool isRequired) => Values.Add((path, value));

        public void MissingSection(string path) => Values.Add((path, null));
    }
}
