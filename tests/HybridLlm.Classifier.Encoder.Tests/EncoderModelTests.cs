using HybridLlm.Classifier.Encoder.Inference;

namespace HybridLlm.Classifier.Encoder.Tests;

/// <summary>The encoder in process says what llama-server says with the same weights.</summary>
public sealed class EncoderModelTests
{
    private static readonly Lazy<EncoderModel> Model = new(EncoderModel.Load);

    // The first eight numbers of the embedding, as llama-server gave them.
    public static TheoryData<string, float[]> Served => new()
    {
        { "hello", [0.02842f, 0.02188f, 0.03264f, 0.05325f, -0.03945f, -0.07599f, 0.05443f, 0.03208f] },
        { "Translate this into French: good night, my dear friend.", [0.0358f, 0.03459f, 0.0015f, -0.06489f, -0.02441f, -0.0577f, 0.07097f, 0.04027f] },
        { "Wie ist die Kündigungsfrist für Müller's Café?", [0.07258f, 0.12692f, 0.00633f, 0.08061f, -0.04282f, 0.04904f, 0.06325f, 0.04233f] },
        { "東京の天気 is ñandú — naïve? [x] {\"a\": 1}", [0.08004f, 0.10602f, 0.06567f, -0.03038f, -0.04066f, -0.00182f, 0.05192f, 0.005f] },
        { string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i}")), [0.01973f, -0.07147f, 0.03631f, -0.04769f, -0.05059f, -0.02824f, -0.06628f, -0.00862f] },
    };

    [Theory]
    [MemberData(nameof(Served))]
    public void Embedding_is_that_of_the_server(string text, float[] served)
    {
        var embedding = Model.Value.Embed(text, new(), TestContext.Current.CancellationToken);

        Assert.Equal(384, embedding.Length);
        Assert.Equal(1, embedding.Sum(value => value * value), 4);
        for (var i = 0; i < served.Length; i++)
        {
            // The server rounds its inputs to bytes as well.
            Assert.InRange(embedding[i], served[i] - 0.004f, served[i] + 0.004f);
        }
    }

    [Fact]
    public void Embedding_of_the_longest_text_ends_at_the_limit_and_repeats()
    {
        var text = string.Concat(Enumerable.Repeat("!?", 2000));

        var first = Model.Value.Embed(text, new(), TestContext.Current.CancellationToken);

        Assert.All(first, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(first, Model.Value.Embed(text, new(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Embedding_when_cancelled_throws() =>
        Assert.Throws<OperationCanceledException>(() => Model.Value.Embed("hello", new(), new(canceled: true)));

    [Fact]
    public void Damaged_weights_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => new GgufFile([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Throws<InvalidDataException>(() => new GgufFile([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, 1]));
    }
}
