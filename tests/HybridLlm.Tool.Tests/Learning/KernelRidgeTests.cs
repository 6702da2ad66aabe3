using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Tests.Learning;

public sealed class KernelRidgeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(131)]
    public void A_factor_solves_what_it_was_made_of(int size)
    {
        var matrix = Similarities(size, seed: size);
        AddToDiagonal(matrix, size, 0.5f);
        var expected = Enumerable.Range(0, size).Select(i => (float)Math.Sin(i)).ToArray();
        var b = Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Sum(j => (double)matrix[(i * size) + j] * expected[j])).Select(value => (float)value).ToArray();

        var solved = Cholesky.Factor(matrix, size, TestContext.Current.CancellationToken).Solve(b);

        Assert.All(solved.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.01));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(66)]
    public void The_diagonal_of_the_inverse_is_what_solving_for_each_unit_gives(int size)
    {
        var matrix = Similarities(size, seed: 2);
        AddToDiagonal(matrix, size, 1);
        var factor = Cholesky.Factor(matrix, size, TestContext.Current.CancellationToken);

        var diagonal = factor.InverseDiagonal(TestContext.Current.CancellationToken);

        for (var i = 0; i < size; i++)
        {
            var unit = new float[size];
            unit[i] = 1;
            Assert.Equal(factor.Solve(unit)[i], diagonal[i], 0.001);
        }
    }

    [Fact]
    public void A_row_left_out_is_predicted_as_by_a_model_that_never_saw_it()
    {
        const int Size = 40;
        const int Hidden = 11;
        var kernel = Similarities(Size, seed: 9);
        var target = Enumerable.Range(0, Size).Select(i => (float)Math.Cos(i)).ToArray();
        var rest = Enumerable.Range(0, Size).Where(i => i != Hidden).ToArray();
        var smaller = rest.SelectMany(i => rest.Select(j => kernel[(i * Size) + j])).ToArray();
        var without = KernelRidge.Fit(smaller, [[.. rest.Select(i => target[i])]], ridge: 2, TestContext.Current.CancellationToken);
        var expected = without.Predict([.. rest.Select(i => kernel[(Hidden * Size) + i])], output: 0);

        var (_, leftOut) = KernelRidge.FitLeavingOneOut(kernel, [target], ridge: 2, TestContext.Current.CancellationToken);

        Assert.Equal(expected, leftOut[0][Hidden], 0.001);
    }

    [Fact]
    public void Outputs_are_learned_side_by_side()
    {
        float[] kernel = [1, 0, 0, 1];

        var model = KernelRidge.Fit(kernel, [[2, 0], [0, 4]], ridge: 1, TestContext.Current.CancellationToken);

        Assert.Equal(1, model.Predict([1, 0], output: 0), 0.001);
        Assert.Equal(2, model.Predict([0, 1], output: 1), 0.001);
    }

    [Fact]
    public void A_logistic_curve_finds_the_shares()
    {
        var scores = Enumerable.Range(0, 200).Select(i => i < 100 ? -1.0 : 1).ToList();
        var outcomes = Enumerable.Range(0, 200).Select(i => i < 100 ? i < 20 : i < 190).ToList();

        var curve = LogisticCurve.Fit(scores, outcomes);

        Assert.Equal(0.2, curve.At(-1), 0.01);
        Assert.Equal(0.9, curve.At(1), 0.01);
    }

    [Fact]
    public void A_logistic_curve_over_scores_that_part_right_from_wrong_stays_finite()
    {
        var curve = LogisticCurve.Fit([-1, -1, 1, 1], [false, false, true, true]);

        Assert.InRange(curve.At(-1), 0, 0.1);
        Assert.InRange(curve.At(1), 0.9, 1);
    }

    // A Gram matrix of random vectors: positive semidefinite by how it is made.
    private static float[] Similarities(int size, int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, size).Select(_ => Enumerable.Range(0, 12).Select(_ => (float)random.NextDouble() - 0.5f).ToArray()).ToArray();
        return [.. rows.SelectMany(a => rows.Select(b => Vectors.Dot(a, b)))];
    }

    private static void AddToDiagonal(float[] matrix, int size, float value)
    {
        for (var i = 0; i < size; i++)
        {
            matrix[(i * size) + i] += value;
        }
    }
}
