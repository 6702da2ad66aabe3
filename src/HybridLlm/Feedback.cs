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
}
