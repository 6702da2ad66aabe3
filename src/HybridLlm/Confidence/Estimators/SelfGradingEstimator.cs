using System.Globalization;
using Microsoft.Extensions.AI;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Has a model grade the answer.</summary>
/// <param name="client">Gives the client. It needs the estimators, so it can be asked for only once there is a request.</param>
/// <param name="grader">The model that grades; <see langword="null"/> for the one that answered.</param>
internal sealed class SelfGradingEstimator(Func<IHybridLlmClient> client, string? grader) : IConfidenceEstimator
{
    private const int LongestText = 8_000;
    private const double Best = 10;

    /// <inheritdoc/>
    public string Name => "grading";

    /// <inheritdoc/>
    public bool CallsModels => true;

    /// <inheritdoc/>
    public async ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        if (context.Text.Length == 0 || context.Text.Length + context.Prompt.Length > LongestText)
        {
            return null;
        }

        // The same request in all else: what holds for where its words may go holds for those about them.
        var request = context.Request with
        {
            Messages =
            [
                new(ChatRole.System, "You grade answers. Reply with one whole number from 0 (wrong or useless) to 10 (right and complete), and nothing else."),
                new(ChatRole.User, $"Question:\n{context.Prompt}\n\nAnswer:\n{context.Text}\n\nGrade:"),
            ],
            Options = new() { Temperature = 0, MaxOutputTokens = 16 },
            Model = grader ?? context.Model.Name,
            TaskType = TaskTypes.Classification,
            EscalationThreshold = 0,
        };
        var response = await client().GenerateAsync(request, cancellationToken).ConfigureAwait(false);
        return Read(response.Text) is { } grade
            ? new ConfidenceSignal(Name, 0.05 + (0.9 * grade / Best), string.Create(CultureInfo.InvariantCulture, $"{response.Model} grades it {grade:0.#} of 10"))
            : null;
    }

    private static double? Read(string text)
    {
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
        {
            return null;
        }

        var number = text.AsSpan(start);
        var end = number.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? number : number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var grade) && grade <= Best ? grade : null;
    }
}
