using BenchmarkDotNet.Attributes;
using HybridLlm.Classification;

namespace HybridLlm.Benchmarks;

/// <summary>What it costs to tell what a request is: a line, a typical prompt, and the most that is read.</summary>
[MemoryDiagnoser]
public class ClassificationBenchmarks
{
    private const string Text =
        "Our nightly export writes one CSV per customer and the finance team wants a single workbook instead. Write a script that reads every file in a folder, "
        + "checks that the headers agree (name the file that differs), adds a column with the customer's number taken from the file name, and sorts by date. "
        + "Dates are day first in some files and ISO in others; amounts use a comma. Keep memory flat, there are 4,000 files of up to 80 MB. "
        + "Use only what ships with the language, and say how to run it from cron on a server without internet.";

    private readonly DefaultTaskClassifier _classifier = new();
    private readonly PromptClassifier _prompts = new(ClassifierModel.Shipped);
    private readonly LlmRequest _again = new(Text[..500]);
    private readonly string _typical = Text[..500];
    private readonly string _long = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i}. {Text}\n"))[..8000];

    [Benchmark, Goal("classify a line", MaxNanoseconds = 10_000, MaxBytes = 640)]
    public bool Line() => _prompts.Classify("What is the capital of Peru?").TaskConfidence > 0;

    [Benchmark, Goal("classify 500 characters", MaxNanoseconds = 50_000, MaxBytes = 640)]
    public bool Typical() => _prompts.Classify(_typical).TaskConfidence > 0;

    [Benchmark, Goal("classify 8,000 characters", MaxNanoseconds = 1_000_000, MaxBytes = 640)]
    public bool Longest() => _prompts.Classify(_long).TaskConfidence > 0;

    [Benchmark, Goal("classify 500 characters that were just read", MaxNanoseconds = 10_000, MaxBytes = 640)]
    public ValueTask<TaskProfile> Again() => _classifier.ClassifyAsync(_again);
}
