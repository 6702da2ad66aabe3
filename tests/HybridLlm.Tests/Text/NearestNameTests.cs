using HybridLlm.Text;

namespace HybridLlm.Tests.Text;

public class NearestNameTests
{
    [Theory]
    [InlineData("Fallback", "Fallbacks")]
    [InlineData("fallbakcs", "Fallbacks")]
    [InlineData("MODELS", "Models")]
    [InlineData("Providr", "Providers")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Find_finds_what_was_meant(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["Providers", "Models", "Fallbacks"]));

    [Fact]
    public void Find_prefers_the_closest() => Assert.Equal("qwen2.5-7b", NearestName.Find("qwen2.5-7bx", ["qwen2.5-72b", "qwen2.5-7b", "qwen2.5-0.5b"]));

    [Fact]
    public void Find_never_fails_on_any_text()
    {
        var random = new Random(42);
        for (var i = 0; i < 500; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(400)).Select(_ => (char)random.Next(char.MaxValue))]);

            Assert.Equal(name.Length is > 0 and <= 256 ? name : null, NearestName.Find(name, [name]));
        }
    }
}
