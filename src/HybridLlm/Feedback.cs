using HybridLlm.Text;

namespace HybridLlm;

/// <summary>A user's judgement of an answer.</summary>
public sealed record Feedback
{
    /// <summary>Initializes a new instance of the <see cref="Feedback"/> class.</summary>
    /// <param name="rating">How good the answer was, from 0 (useless) to 1 (perfect).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rating"/> is not between 0 and 1.</exception>
    public Feedback(double rating)
    {
        if (!(rating is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rating), rating, "A rating is a number between 0 (useless) and 1 (perfect).");
        }

        Rating = rating;
    }

    /// <summary>Gets a judgement that the answer was used as it was.</summary>
    public static Feedback Accepted { get; } = new(1);

    /// <summary>Gets a judgement that the answer was of no use.</summary>
    public static Feedback Rejected { get; } = new(0);

    /// <summary>Gets how good the answer was, from 0 (useless) to 1 (perfect). Below 0.5 counts as a failure of the model.</summary>
    public double Rating { get; }

    /// <summary>Makes a judgement of an answer that was used after it had been edited.</summary>
    /// <param name="degree">How much of it was changed, from 0 (nothing) to 1 (all of it). From above a half on it counts as a failure of the model.</param>
    /// <returns>The judgement: its rating is what was left.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degree"/> is not between 0 and 1.</exception>
    public static Feedback Edited(double degree) =>
        degree is >= 0 and <= 1
            ? new(1 - degree)
            : throw new ArgumentOutOfRangeException(nameof(degree), degree, "The degree of an edit is a number between 0 (nothing was changed) and 1 (everything was).");

    /// <summary>Makes a judgement of an answer that was used after it had been edited, by comparing both word by word.</summary>
    /// <param name="answer">The answer as it was given.</param>
    /// <param name="edited">What became of it.</param>
    /// <returns>The judgement.</returns>
    public static Feedback Edited(string answer, string edited)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(edited);
        return Edited(EditDegree.Of(answer, edited));
    }
}
