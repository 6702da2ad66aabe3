using HybridLlm.Tool.Cascade;

namespace HybridLlm.Tool.Tests.Cascade;

public sealed class ArithmeticTests
{
    [Theory]
    [InlineData("9 * $2 = $18.", 18, true)]
    [InlineData("so she has 16 - 3 = 13 eggs left", 13, true)]
    [InlineData("$<<9*2=18>>18", 18, true)]
    [InlineData("3 hours * 10 miles/hour = 30 miles", 30, true)]
    [InlineData("2 x 60 = 121", 121, false)]
    [InlineData("5 + 4 × 2 = 13", 13, true)]
    [InlineData("(12 / 20) x 100 = 55%", 55, false)]
    [InlineData("(6 / 12) x 100 = 50%", 50, true)]
    [InlineData("20% of 50 = 10", 10, true)]
    [InlineData("1,250 + 750 = 2,000", 2000, true)]
    [InlineData("235/3 = 78.33", 78.33, true)]
    [InlineData("235/3 = 78.5", 78.5, false)]
    [InlineData("(which is 3 * 4 = 12)", 12, true)]
    [InlineData("110/2+15-5=60", 60, false)]
    [InlineData("-(2 - 5) * 2 = 6", 6, true)]
    public void A_calculation_is_done_again(string text, double stated, bool isRight)
    {
        var step = Assert.Single(Arithmetic.Read(text));

        Assert.Equal(stated, step.Stated, 6);
        Assert.Equal(isRight, step.IsRight);
    }

    [Theory]
    [InlineData("x + 2 = 5")]
    [InlineData("5S - 4 = 96")]
    [InlineData("The total = 12")]
    [InlineData("( 2 + = 3")]
    [InlineData("= = =")]
    [InlineData("4 / 0 = 2")]
    [InlineData("")]
    public void What_cannot_be_read_with_certainty_is_no_calculation(string text) => Assert.Empty(Arithmetic.Read(text));

    [Fact]
    public void A_chain_is_read_link_by_link()
    {
        var steps = Arithmetic.Read("So 2 + 3 = 5 * 4 = 21 apples. Then 21 - 1 = 20.");

        Assert.Equal([false, false, true], steps.Select(step => step.IsRight));
    }

    [Fact]
    public void Any_text_is_read_without_an_error()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "0123456789 =+-*/()%$.,xabc\n"[random.Next(27)]));
            Assert.All(Arithmetic.Read(text), step => Assert.True(double.IsFinite(step.Actual) && step.Operands.Count > 1));
        }
    }

    [Fact]
    public void Deep_brackets_are_given_up_rather_than_followed() => Assert.Empty(Arithmetic.Read(new string('(', 5000) + "1+1" + new string(')', 5000) + "=2"));
}
