using HybridLlm.Confidence;

namespace HybridLlm.Tests.Confidence;

public sealed class PeriodicTailTests
{
    [Theory]
    [InlineData("la Tradition, la Culture, la Tradition, la Culture, la Tradition, la Culture, la Tr", 26)]
    [InlineData("The list:\n- a good idea\n- a good idea\n- a good idea\n- a good idea\n", 14)]
    [InlineData("I think that the answer is forty-two. I think that the answer is forty-two. I think that the answer is forty-two.", 38)]
    [InlineData("1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, ", 6)]
    [InlineData("这就是确记走到走到走到走到走到走到走到", 2)]
    [InlineData("and so on and on, and so on and on, and so on and on, and\uFFFD\uFFFD", 18)]
    public void A_text_that_ends_in_a_loop_is_found_with_the_length_of_a_round(string text, int period)
    {
        Assert.Equal(period, PeriodicTail.Find(text, isCut: !text.EndsWith('\n')).Period);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ha ha ha ha ha")]
    [InlineData("Twice is what a refrain does, and poems have one. Twice is what a refrain does, and poems have one.")]
    [InlineData("The quick brown fox jumps over the lazy dog, and the lazy dog does not mind at all.")]
    [InlineData("| name | age |\n|------|------|\n| ------------------------------------------------ |")]
    [InlineData("public int A { get; set; }\npublic int B { get; set; }\npublic int C { get; set; }\n")]
    [InlineData("1. one apple\n2. two apples\n3. three apples\n4. four apples\n5. five apples\n")]
    public void A_text_that_goes_on_is_no_loop(string text)
    {
        Assert.Equal(default, PeriodicTail.Find(text));
    }

    [Fact]
    public void Half_of_a_character_at_the_end_of_what_was_cut_off_is_no_part_of_it()
    {
        var text = string.Concat(Enumerable.Repeat("no 🙂, ", 7));

        Assert.Equal(7, PeriodicTail.Find(text.AsSpan(..^3), isCut: true).Period);
        Assert.True(char.IsHighSurrogate(text[^4]));
    }

    [Theory]
    [InlineData("🌟", 32, 2)]
    [InlineData("_", 300, 1)]
    [InlineData("\n", 200, 1)]
    public void A_row_of_signs_is_a_loop_only_where_the_limit_ended_it(string sign, int times, int period)
    {
        var text = "Name: " + string.Concat(Enumerable.Repeat(sign, times));

        Assert.Equal(period, PeriodicTail.Find(text, isCut: true, takesSigns: true).Period);
        Assert.Equal(default, PeriodicTail.Find(text, isCut: true));
        Assert.Equal(default, PeriodicTail.Find(text.AsSpan(..40), isCut: true, takesSigns: true));
    }

    [Fact]
    public void It_agrees_with_trying_every_period_on_random_texts()
    {
        var random = new Random(20);
        for (var i = 0; i < 1_000; i++)
        {
            // Few letters make loops of all kinds likely, whole rounds and cut ones.
            var unit = Word(random, random.Next(1, 24), random.Next(1, 4));
            var text = Word(random, random.Next(0, 60), 4) + string.Concat(Enumerable.Repeat(unit, random.Next(0, 9))) + unit[..random.Next(unit.Length)];

            var loop = PeriodicTail.Find(text, isCut: true);

            var longest = LongestLoop(text);
            Assert.True(loop.Length == longest, $"'{text}': found {loop}, expected {longest} characters");
            Assert.True(loop.Period == 0 || IsPeriodic(text[^loop.Length..], loop.Period), $"'{text}': {loop} is none");
        }
    }

    [Fact]
    public void A_long_text_is_read_from_its_end_only()
    {
        var random = new Random(3);
        var text = Word(random, 2_000_000, 20) + string.Concat(Enumerable.Repeat("over and over ", 1_000));

        var loop = PeriodicTail.Find(text, isCut: true);

        Assert.Equal((PeriodicTail.MaxLength, 14), (loop.Length, loop.Period));
    }

    private static int LongestLoop(string text)
    {
        for (var length = text.Length; length >= 32; length--)
        {
            var tail = text[^length..];
            for (var period = 1; period <= length / 2; period++)
            {
                if (length >= (period >= 32 ? 2.9 : 3) * period && IsPeriodic(tail, period))
                {
                    return length;
                }
            }
        }

        return 0;
    }

    private static bool IsPeriodic(string text, int period) => text.AsSpan(period).SequenceEqual(text.AsSpan(0, text.Length - period));

    private static string Word(Random random, int length, int letters) => new([.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(letters)))]);
}
