using HybridLlm.Configuration.Binding;

namespace HybridLlm.Configuration.Validation;

/// <summary>Holds every value to the range that its option table declares.</summary>
internal sealed class RangeCheck(ConfigurationErrors errors) : IOptionVisitor
{
    public void Value(string path, ValueRule rule, object? value, bool isRequired)
    {
        if (value is null ? isRequired : !rule.Allows(value))
        {
            errors.Add(path, value, rule.Remedy);
        }
    }

    public void MissingSection(string path) => errors.Add(path, null, "Leave the section at its default instead of setting it to null.");
}
