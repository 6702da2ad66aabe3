using HybridLlm.Configuration;

namespace HybridLlm.Tests.Configuration;

public class OptionsContentTests
{
    private const string TwoProviders = "{ 'Providers': { 'local': { 'Type': 'LlamaCpp' }, 'other': { 'Type': 'Ollama', 'Threads': 2 } } }";

    [Theory]
    [InlineData("{ 'Providers': { 'other': { 'Threads': 3 } } }", false, true)]
    [InlineData("{ 'Providers': { 'other': { 'Server': { 'Port': 3 } } } }", false, true)]
    [InlineData("{ 'Providers': { 'other': { 'Type': 'LmStudio' } } }", false, true)]
    [InlineData("{ 'Providers': { 'local': { 'MaxConcurrency': 3 } } }", true, false)]
    [InlineData("{ 'Providers': { 'local': { 'Timeouts': { 'Idle': '00:00:20' } } } }", true, false)]
    [InlineData("{ 'Timeouts': { 'Load': '00:00:20' } }", false, false)]
    [InlineData("{ 'Timeouts': { 'Total': '00:20:00' } }", true, true)]
    [InlineData("{ 'Models': { 'a': { 'Fallbacks': [ 'b' ] } } }", true, true)]
    [InlineData("{ 'Providers': { 'new': { 'Type': 'Ollama' } } }", true, true)]
    [InlineData("{ 'Routing': { 'Rules': [ { 'When': 'a == b', 'Target': 'a' } ] } }", true, true)]
    public void Same_sees_every_edit_and_SameProvider_only_those_of_the_provider(string edit, bool sameOther, bool sameLocal)
    {
        var before = ConfigurationHarness.Read(ConfigurationHarness.Base, TwoProviders);
        var after = ConfigurationHarness.Read(ConfigurationHarness.Base, TwoProviders, edit);

        Assert.False(OptionsContent.Same(before, after));
        Assert.False(OptionsContent.Same(after, before));
        Assert.Equal((sameOther, sameLocal), (OptionsContent.SameProvider(before, after, "other"), OptionsContent.SameProvider(before, after, "local")));
    }

    [Fact]
    public void Same_holds_for_the_same_text_read_twice()
    {
        var (a, b) = (ConfigurationHarness.Read(ConfigurationHarness.Base, TwoProviders), ConfigurationHarness.Read(ConfigurationHarness.Base, TwoProviders));

        Assert.True(OptionsContent.Same(a, b));
        Assert.True(OptionsContent.SameProvider(a, b, "other"));
        Assert.False(OptionsContent.SameProvider(a, b, "third"));
    }

    [Fact]
    public void Same_sees_what_code_changes()
    {
        var (a, b) = (ConfigurationHarness.Read(ConfigurationHarness.Base), ConfigurationHarness.Read(ConfigurationHarness.Base));

        b.Models["a"].Tasks["planning"] = new ModelTaskOptions { Speed = 0.1 };

        Assert.False(OptionsContent.Same(a, b));
    }
}
