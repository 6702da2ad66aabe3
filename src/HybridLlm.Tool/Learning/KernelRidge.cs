namespace HybridLlm.Tool.Learning;

/// <summary>
/// Ridge regression on similarities: what is predicted of a row is a weighted sum of its similarity to the rows learned from. Several outputs share one factor.
/// </summary>
internal sealed class KernelRidge
{
    private readonly float[][] _weights;

    private KernelRidge(float[][] weights) => _weights = weights;

    /// <summary>Gets the number of outputs.</summary>
    public int Outputs => _weights.Length;

    /// <summary>Learns.</summary>
    /// <param name="kernel">The similarity of each row to each, row after row; it is used up.</param>
    /// <param name="targets">For each output what it is for each row; around zero, since there is no intercept.</param>
    /// <param name="ridge">How strongly the weights are held down; above zero.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    public static KernelRidge Fit(float[] kernel, IReadOnlyList<float[]> targets, float ridge, CancellationToken cancellationToken) =>
        new(Weights(Factor(kernel, targets[0].Length, ridge, cancellationToken), targets));

    /// <summary>Learns, and predicts each row as if it had not been learned from.</summary>
    /// <param name="kernel">The similarity of each row to each, row after row; it is used up.</param>
    /// <param name="targets">For each output what it is for each row.</param>
    /// <param name="ridge">How strongly the weights are held down; above zero.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    /// <returns>The model, and for each output the predictions.</returns>
    public static (KernelRidge Model, float[][] LeftOut) FitLeavingOneOut(float[] kernel, IReadOnlyList<float[]> targets, float ridge, CancellationToken cancellationToken)
    {
        var factor = Factor(kernel, targets[0].Length, ridge, cancellationToken);
        var weights = Weights(factor, targets);
        var diagonal = factor.InverseDiagonal(cancellationToken);
        var leftOut = targets.Select((target, output) => target.Select((value, i) => value - (float)(weights[output][i] / diagonal[i])).ToArray()).ToArray();
        return (new(weights), leftOut);
    }

    /// <summary>Predicts an output.</summary>
    /// <param name="similarities">How similar the row is to each of those learned from.</param>
    /// <param name="output">The output.</param>
    public float Predict(ReadOnlySpan<float> similarities, int output) => Vectors.Dot(similarities, _weights[output]);

    private static Cholesky Factor(float[] kernel, int rows, float ridge, CancellationToken cancellationToken)
    {
        for (var i = 0; i < rows; i++)
        {
            kernel[(i * rows) + i] += ridge;
        }

        return Cholesky.Factor(kernel, rows, cancellationToken);
    }

    private static float[][] Weights(Cholesky factor, IReadOnlyList<float[]> targets) => [.. targets.Select(target => factor.Solve(target))];
}
