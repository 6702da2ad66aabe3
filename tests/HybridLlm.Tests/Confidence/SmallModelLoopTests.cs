using System.Text.Json;
using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Confidence;

/// <summary>
/// Answers of a real small model (SmolLM2-135M-Instruct, Apache-2.0; temperatures 0 and 0.7, 200 to 400 tokens), more of those that are hard to tell than there are among
/// its answers. <c>eng/loops.sh</c> measures the same with the model itself.
/// </summary>
public sealed class SmallModelLoopTests
{
    private const double LeastPrecision = 0.95;
    private const double LeastRecall = 0.9;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_whose_end_comes_three_times_to_the_letter_are_found_and_hardly_others()
    {
        var answers = Read();
        var (found, loops, both) = (0, 0, 0);
        foreach (var (finish, text) in answers)
        {
            var isFound = await IsFoundAsync(finish, text);
            var isLoop = EndComesThreeTimes(text.TrimEnd());
            found += isFound ? 1 : 0;
            loops += isLoop ? 1 : 0;
            both += isFound && isLoop ? 1 : 0;
        }

        Assert.InRange(loops, 20, answers.Count - 20);
        Assert.True(both >= LeastPrecision * found, $"Of {found} answers found to loop, {both} do.");
        Assert.True(both >= LeastRecall * loops, $"Of {loops} answers that loop, {both} are found.");
    }

    [Fact]
    public async Task A_stream_that_is_held_back_is_told_the_same_as_the_answer()
    {
        foreach (var (finish, text) in Read().Where(static answer => answer.Finish == "length" && answer.Text.Any(char.IsLetterOrDigit)))
        {
            Assert.Equal(await IsFoundAsync(finish, text), await IsFoundAsync(finish, text, isBeginning: true));
        }
    }

    private static async Task<bool> IsFoundAsync(string finish, string text, bool isBeginning = false)
    {
        var context = new ConfidenceContext
        {
            Request = new([new(ChatRole.User, "Tell me.")]),
            Profile = new(),
            Model = new() { Name = "small", Provider = "p", ModelId = "small" },
            Response = new(new ChatMessage(ChatRole.Assistant, text))
            {
                FinishReason = isBeginning ? null : new ChatFinishReason(finish),
            },
            IsBeginning = isBeginning,
        };
        var estimator = BuiltInEstimators.All.Single(static estimator => estimator.Name == "repetition");
        return await estimator.EstimateAsync(context, Token) is { Score: < 0.05 };
    }

    /// <summary>Tries every period, one character after another.</summary>
    private static bool EndComesThreeTimes(string text)
    {
        for (var period = 1; period * 3 <= text.Length; period++)
        {
            var same = 0;
            while (same + period < text.Length && text[text.Length - 1 - same] == text[text.Length - 1 - same - period])
            {
                same++;
            }

            if (same + period >= Math.Max(3 * period, 24))
            {
                return true;
            }
        }

        return false;
    }

    private static List<(string Finish, string Text)> Read()
    {
        using var stream = typeof(SmallModelLoopTests).Assembly.GetManifestResourceStream("small-model-answers.jsonl")!;
        using var reader = new StreamReader(stream);
        List<(string, string)> answers = [];
        while (reader.ReadLine() is { } line)
        {
            using var answer = JsonDocument.Parse(line);
            answers.Add((answer.RootElement.GetProperty("finish").GetString()!, answer.RootElement.GetProperty("answer").GetString()!));
        }

        return answers;
    }
}
