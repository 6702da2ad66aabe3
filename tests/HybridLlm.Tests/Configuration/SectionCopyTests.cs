using HybridLlm.Configuration.Binding;
using Microsoft.Extensions.Configuration;

namespace HybridLlm.Tests.Configuration;

public class SectionCopyTests
{
    private static readonly IConfigurationRoot Root = new ConfigurationBuilder()
        .AddInMemoryCollection([new("S:A", "1"), new("S:B:C", "2"), new("S:L:0", "x"), new("S:L:1", "y"), new("S:L:10", "z")])
        .Build();

    [Fact]
    public void Copy_reads_like_the_original()
    {
        var copy = SectionCopy.Of(Root.GetSection("S"));

        Assert.Equal(Root.GetSection("S").AsEnumerable(), copy.AsEnumerable());
        Assert.Equal(("2", "2", "S:B:C"), (copy["b:c"], copy.GetSection("B")["C"], copy.GetSection("B:C").Path));
        Assert.Equal((null, "S:Q:R", false), (copy["Q:R"], copy.GetSection("Q:R").Path, copy.GetSection("Q:R").Exists()));
        Assert.Equal(["x", "y", "z"], copy.GetSection("L").Get<string[]>()!);
    }

    [Fact]
    public void Copy_does_not_change_with_the_original()
    {
        var copy = SectionCopy.Of(Root.GetSection("S"));

        Root["S:A"] = "9";

        Assert.Equal("1", copy["A"]);
        Assert.False(copy.HasSameContent(SectionCopy.Of(Root.GetSection("S"))));
        Assert.Throws<NotSupportedException>(() => copy["A"] = "3");
    }
}
