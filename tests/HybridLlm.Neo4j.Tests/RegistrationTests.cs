using HybridLlm.Neo4j.Http;
using HybridLlm.Neo4j.Spool;
using HybridLlm.Neo4j.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HybridLlm.Neo4j.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void Adding_the_store_chooses_it()
    {
        using var services = Build([]);

        Assert.Equal("Neo4j", Options(services).Store);
        Assert.IsType<Neo4jMetricsStore>(services.GetRequiredService<DependencyInjection.MetricsStoreSelection>().Store);
    }

    [Fact]
    public void The_configuration_may_name_another_store()
    {
        using var services = Build(new() { ["HybridLlm:Metrics:Store"] = "Json" });

        Assert.Equal("Json", Options(services).Store);
    }

    [Fact]
    public void Options_come_from_the_configuration_and_then_from_code()
    {
        using var services = Build(
            new()
            {
                ["HybridLlm:Metrics:Neo4j:Uri"] = "https://db.example.com:7473",
                ["HybridLlm:Metrics:Neo4j:Password"] = "secret",
                ["HybridLlm:Metrics:Neo4j:SpoolMB"] = "64",
            },
            static options => options.Database = "metrics");

        var options = Options(services).Neo4j;
        Assert.Equal(("https://db.example.com:7473", "secret", 64, "metrics", "neo4j"), (options.Uri, options.Password, options.SpoolMB, options.Database, options.User));
    }

    [Theory]
    [InlineData("Uri", "localhost:7474")]
    [InlineData("Uri", "http://neo4j:secret@localhost:7474")]
    [InlineData("MaxConcurrency", "9")]
    [InlineData("Timeout", "00:00:00.5")]
    [InlineData("SpoolMB", "0")]
    public void An_option_that_cannot_be_is_refused(string key, string value)
    {
        using var services = Build(new() { ["HybridLlm:Metrics:Neo4j:" + key] = value });

        var failure = Assert.Throws<OptionsValidationException>(() => Options(services));

        Assert.Contains("HybridLlm:Metrics:Neo4j:" + key, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

#if !NEO4J_DRIVER
    [Theory]
    [InlineData("bolt://localhost:7687")]
    [InlineData("neo4j+s://db.example.com")]
    public void An_address_that_needs_the_driver_is_refused_with_both_remedies(string uri)
    {
        using var clients = new Clients();

        var failure = Assert.Throws<NotSupportedException>(() => Transports.Create(new() { Uri = uri }, clients));

        Assert.Contains("http://localhost:7474", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-p:UseNeo4jDriver=true", failure.Message, StringComparison.Ordinal);
    }
#endif

    [Fact]
    public async Task An_http_address_needs_no_driver()
    {
        using var clients = new Clients();

        await using var transport = Transports.Create(new(), clients);

        Assert.IsType<QueryApiTransport>(transport);
    }

    [Fact]
    public void Outcomes_wait_where_the_options_say_or_in_the_users_own_data()
    {
        Assert.Equal(Path.GetFullPath("data/spool"), SpoolPath.Resolve(new() { Neo4j = { SpoolPath = "data/spool" } }));
        Assert.EndsWith("neo4j-spool", SpoolPath.Resolve(new()), StringComparison.Ordinal);
    }

    private static MetricsOptions Options(IServiceProvider services) => services.GetRequiredService<IOptionsMonitor<HybridLlmOptions>>().CurrentValue.Metrics;

    private static ServiceProvider Build(Dictionary<string, string?> configuration, Action<Neo4jMetricsOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        services.AddHybridLlm().AddNeo4jMetrics(configure).AddNeo4jMetrics();
        return services.BuildServiceProvider();
    }
}
