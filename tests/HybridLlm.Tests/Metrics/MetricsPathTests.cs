using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class MetricsPathTests
{
    private static readonly string Home = Path.GetFullPath("home");

    [Fact]
    public void The_default_is_under_the_local_application_data_folder() =>
        Assert.Equal(Path.Combine(Home, "HybridLlm", "metrics"), MetricsPath.Resolve(new MetricsOptions(), null, Home));

    [Theory]
    [InlineData("")]
    [InlineData(".local/share")]
    public void Without_such_a_folder_it_is_one_of_the_user_under_the_temporary_one(string localApplicationData)
    {
        var path = MetricsPath.Resolve(new MetricsOptions { Path = " " }, " ", localApplicationData);

        Assert.StartsWith(Path.GetTempPath(), path, StringComparison.Ordinal);
        Assert.Contains(Environment.UserName, path, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configured_folder_is_taken_and_made_absolute() =>
        Assert.Equal(Path.GetFullPath("data"), MetricsPath.Resolve(new MetricsOptions { Path = "data" }, null, Home));

    [Fact]
    public void The_environment_wins() =>
        Assert.Equal(Path.GetFullPath("other"), MetricsPath.Resolve(new MetricsOptions { Path = "data" }, "other", Home));

    [Fact]
    public void The_real_environment_gives_an_absolute_path() =>
        Assert.True(Path.IsPathFullyQualified(MetricsPath.Resolve(new MetricsOptions())));
}
