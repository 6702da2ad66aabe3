using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

/// <summary>Calls of one model at one task, under a seed: its task is learned, and the words of its prompts beside it.</summary>
/// <param name="seed">What the prompts and the scores follow from.</param>
/// <param name="success">The chance of success of a call: of the kind of prompt, and of the number of the call.</param>
/// <param name="write">Writes a prompt of one kind or the other; <see langword="null"/> for <see cref="Sentence"/>.</param>
internal sealed class PromptRun(int seed, Func<bool, int, double> success, Func<Random, bool, string>? write = null)
{
    private const double ShareOfSql = 0.3;

    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 5);
    private static readonly string[] Vocabulary = [.. Enumerable.Range(0, 400).Select(static i => $"{(char)('b' + (i % 20))}o{(char)('a' + (i / 20))}e")];

    private readonly Random _random = new(seed);
    private readonly TaskBelief _task = new ModelBelief(new()).AddTask();
    private readonly Func<Random, bool, string> _write = write ?? Sentence;
    private int _calls;

    /// <summary>Gets what is learned from words.</summary>
    public PromptModel Words { get; } = new();

    /// <summary>Gets what the task alone leads to expect.</summary>
    public double Expected => _task.Expect(0.5, Masses, ComplexityLevel.Medium).Mean;

    /// <summary>Writes some twenty words that say nothing, frequent ones and rare ones, with "sql" among them or not.</summary>
    public static string Sentence(Random random, bool isSql)
    {
        List<string> words = ["write", "a", "function", .. Enumerable.Range(0, random.Next(6, 20)).Select(_ => Vocabulary[(int)(Vocabulary.Length * Math.Pow(random.NextDouble(), 2))])];
        if (isSql)
        {
            words.Insert(random.Next(words.Count), "sql");
        }

        return string.Join(' ', words);
    }

    public void Learn(int calls, Action<PromptModel>? check = null)
    {
        for (var i = 0; i < calls; i++)
        {
            var isSql = _random.NextDouble() < ShareOfSql;
            var score = _random.NextDouble() < success(isSql, _calls++) ? 1 : 0;
            if (_task.All.Calls > 8)
            {
                Words.Learn(Expected, score, PromptFeatures.Read(_write(_random, isSql)));
                check?.Invoke(Words);
            }

            _task.Observe(ComplexityLevel.Medium, score);
        }
    }

    public IReadOnlyList<ushort[]> Prompts(int count, bool isSql) => [.. Enumerable.Range(0, count).Select(_ => PromptFeatures.Read(_write(_random, isSql)))];
}
