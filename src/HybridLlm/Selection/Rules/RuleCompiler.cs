using System.Diagnostics.CodeAnalysis;

namespace HybridLlm.Selection.Rules;

/// <summary>Understands the conditions of rules (<see cref="RuleOptions.When"/>).</summary>
internal static class RuleCompiler
{
    /// <summary>The longest condition that is read.</summary>
    private const int MaximumLength = 4000;

    /// <summary>Compiles a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <returns>The compiled condition.</returns>
    /// <exception cref="RuleException">It cannot be understood.</exception>
    public static CompiledRule Compile([NotNull] string? condition)
    {
        if (string.IsNullOrWhiteSpace(condition))
        {
            throw new RuleException(string.Empty, 0, "A rule needs a condition. Write true for one that always holds.");
        }

        if (condition.Length > MaximumLength)
        {
            throw new RuleException(condition, MaximumLength, $"A condition has at most {MaximumLength} characters. Split the rule.");
        }

        return new(condition, RuleParser.Parse(condition));
    }

    /// <summary>Checks a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <returns>What is wrong with it, where, and what to write instead; <see langword="null"/> when it can be understood.</returns>
    public static string? Check(string? condition)
    {
        try
        {
            _ = Compile(condition);
            return null;
        }
        catch (RuleException exception)
        {
            return exception.Message;
        }
    }
}
