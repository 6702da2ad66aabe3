using HybridLlm.Classifier.Encoder.Inference;

namespace HybridLlm.Classifier.Encoder.Tests;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(17)]
    public void Every_row_is_what_it_is_alone_and_near_the_plain_sum(int rows)
    {
        const int inputs = 24;
        const int outputs = 3 * Matrix.PanelWidth;
        var random = new Random(rows);
        float[] weights = Numbers(outputs * inputs), bias = Numbers(outputs), input = Numbers(rows * inputs);
        var matrix = new Matrix(weights, bias);
        float[] all = new float[rows * outputs], one = new float[outputs];

        matrix.Apply(input, rows, all);

        for (var row = 0; row < rows; row++)
        {
            matrix.Apply(input.AsSpan(row * inputs, inputs), 1, one);
            Assert.Equal(one, all[(row * outputs)..((row + 1) * outputs)]);
            for (var o = 0; o < outputs; o++)
            {
                var plain = bias[o] + Enumerable.Range(0, inputs).Sum(i => (double)weights[(o * inputs) + i] * input[(row * inputs) + i]);
                Assert.Equal(plain, one[o], 0.0001);
            }
        }

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    [Fact]
    public void Too_little_room_is_refused_before_anything_is_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matrix(new float[16 * 8], new float[16]).Apply(new float[8], 1, new float[15]));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(19)]
    public void Shares_are_those_of_the_exponentials_and_sum_to_one(int count)
    {
        var random = new Random(count);
        float[] scores = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 40) - 20)];
        var exponentials = scores.Select(score => Math.Exp(score)).ToArray();

        Activation.Softmax(scores);

        Assert.Equal(1, scores.Sum(), 0.0001);
        Assert.All(scores, (share, i) => Assert.Equal(exponentials[i] / exponentials.Sum(), share, 0.00001));
    }
}
