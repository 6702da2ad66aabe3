using HybridLlm.Classifier.Encoder.Inference;

namespace HybridLlm.Classifier.Encoder.Tests;

public sealed class WordPiecesTests
{
    private static readonly string[] Vocabulary = [.. Enumerable.Range(0, 103).Select(i => $"[unused{i}]"), "▁play", "ing", "▁cafe", "▁.", "▁東", "s"];

    private static readonly WordPieces Words = new(Vocabulary);

    private static string[] Split(string text) => [.. Words.Split(text, 512).Skip(1).SkipLast(1).Select(token => Vocabulary[token])];

    [Fact]
    public void Split_takes_the_longest_piece_first_and_ignores_case_and_accents()
    {
        Assert.Equal(["▁play", "ing"], Split("Playing"));
        Assert.Equal(["▁cafe", "s"], Split("CAFÉS"));
        Assert.Equal(["▁play", "▁.", "▁東", "▁play"], Split("play.東play"));
    }

    [Fact]
    public void Split_of_a_word_with_an_unknown_part_is_one_unknown() => Assert.Equal(["[unused100]", "▁play"], Split("playx play"));

    [Fact]
    public void Split_begins_and_ends_as_the_encoder_expects_and_keeps_to_the_limit()
    {
        var tokens = Words.Split(string.Concat(Enumerable.Repeat("play ", 100)), 10);

        Assert.Equal(10, tokens.Count);
        Assert.Equal((101, 102), (tokens[0], tokens[^1]));
        Assert.Equal([101, 102], Words.Split("", 10));
    }
}
