using System.Globalization;
using System.Text;

namespace HybridLlm;

/// <summary>The score of a route as the sum of its named parts. Each part is already multiplied by its weight.</summary>
public readonly record struct RouteScore
{
    /// <summary>Gets what the expected quality adds.</summary>
    public double Quality { get; init; }

    /// <summary>Gets what the expected success rate adds.</summary>
    public double Success { get; init; }

    /// <summary>Gets what the expected speed of the answer adds.</summary>
    public double Speed { get; init; }

    /// <summary>Gets what the expected tokens per second add.</summary>
    public double Throughput { get; init; }

    /// <summary>Gets what the configured order of models for the task adds.</summary>
    public double Preference { get; init; }

    /// <summary>Gets what a rule adds.</summary>
    public double Rule { get; init; }

    /// <summary>Gets what measured accuracy above the boost threshold adds.</summary>
    public double AccuracyBoost { get; init; }

    /// <summary>Gets what a small model with a high success rate gets on top.</summary>
    public double SmallModel { get; init; }

    /// <summary>Gets what the low price of the answer adds.</summary>
    public double Cost { get; init; }

    /// <summary>Gets what the little memory that the model takes adds.</summary>
    public double Memory { get; init; }

    /// <summary>
    /// Gets how long the answer is expected to take, loading and waiting included, in milliseconds; 0 when nothing is known. Not a part of the sum: that is
    /// <see cref="Speed"/>.
    /// </summary>
    public double ExpectedMs { get; init; }

    /// <summary>Gets the number of measured calls behind the score; 0 when it rests on the configured profile alone.</summary>
    public double Evidence { get; init; }

    /// <summary>Gets the sum of the parts.</summary>
    public double Total => Quality + Success + Speed + Throughput + Preference + Rule + AccuracyBoost + SmallModel + Cost + Memory;

    /// <summary>Gets the parts that are not zero, by name.</summary>
    public IReadOnlyList<RouteScorePart> Parts
    {
        get
        {
            var parts = new List<RouteScorePart>(10);
            Add(nameof(Quality), Quality);
            Add(nameof(Success), Success);
            Add(nameof(Speed), Speed);
            Add(nameof(Throughput), Throughput);
            Add(nameof(Preference), Preference);
            Add(nameof(Rule), Rule);
            Add(nameof(AccuracyBoost), AccuracyBoost);
            Add(nameof(SmallModel), SmallModel);
            Add(nameof(Cost), Cost);
            Add(nameof(Memory), Memory);
            return parts;

            void Add(string name, double value)
            {
                if (value != 0)
                {
                    parts.Add(new(name, value));
                }
            }
        }
    }

    /// <summary>Returns the total and its parts, such as <c>0.83 = quality 0.45 + speed 0.38, from 12 calls</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Total:0.00}");
        var separator = " = ";
        foreach (var part in Parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{separator}{part}");
            separator = " + ";
        }

        text.Append(Evidence >= 0.5 ? string.Create(CultureInfo.InvariantCulture, $", from {Evidence:0} calls") : ", assumed");
        if (ExpectedMs > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", in about {ExpectedMs / 1000:0.0##} s");
        }

        return text.ToString();
    }
}
