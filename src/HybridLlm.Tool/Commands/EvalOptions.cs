using System.CommandLine;
using HybridLlm.Tool.Files;

namespace HybridLlm.Tool.Commands;

/// <summary>The options that the verbs which learn from a file have in common.</summary>
internal sealed class EvalOptions
{
    private const int MostFolds = 100;

    private readonly Option<string> _train = new("--train")
    {
        Description = "The rows to learn from, one JSON object a line.",
        Required = true,
    };

    private readonly Option<string?> _test = new("--test") { Description = "The rows to decide about. Without it, or with the same file, the training rows are cross-validated." };

    private readonly Option<string?> _decisions = new("--decisions") { Description = "Where to write one line for each row that was decided about, in order." };

    private readonly Option<int> _folds = new("--folds")
    {
        Description = "The number of folds of a cross-validation; rows with the same prompt stay together.",
        DefaultValueFactory = static _ => 5,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same figures.", DefaultValueFactory = static _ => 1 };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_train);
        command.Options.Add(_test);
        command.Options.Add(_decisions);
        command.Options.Add(_folds);
        command.Options.Add(_seed);
    }

    /// <summary>Gets what the user asked for.</summary>
    public Values ValuesOf(ParseResult result) =>
        new(result.GetRequiredValue(_train), result.GetValue(_test), result.GetValue(_decisions), result.GetValue(_folds), result.GetValue(_seed));

    /// <summary>What the user asked for.</summary>
    internal sealed record Values(string Train, string? Test = null, string? Decisions = null, int Folds = 5, int Seed = 1)
    {
        /// <summary>Gets whether the training rows are to be cross-validated.</summary>
        public bool CrossValidates => Test is null || Path.GetFullPath(Test) == Path.GetFullPath(Train);

        /// <summary>Checks what cannot be told from one option alone.</summary>
        /// <exception cref="InputException">It does not fit together.</exception>
        public void Validate(int rows)
        {
            if (rows == 0)
            {
                throw new InputException($"{Train}: there is no row to learn from. Give a file with one JSON object a line.");
            }

            if (CrossValidates && (Folds < 2 || Folds > Math.Min(MostFolds, rows)))
            {
                throw new InputException($"--folds {Folds}: {rows} rows can be parted into 2 to {Math.Min(MostFolds, rows)} folds. Give such a number, or other rows with --test.");
            }
        }
    }
}
