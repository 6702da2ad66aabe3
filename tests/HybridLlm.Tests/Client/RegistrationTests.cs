using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace HybridLlm.Tests.Client;

/// <summary>What an application gets from <c>AddHybridLlm</c>.</summary>
public sealed class RegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_default_chat_client_is_the_router_and_says_in_the_answer_what_it_did()
    {
        await using var services = Services(builder => builder.AddHybridLlm(Configure));

        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal("alpha", response.Text);
        var trace = Assert.IsType<RoutingTrace>(response.AdditionalProperties![HybridLlmOptionKeys.Trace]);
        Assert.Equal("a", trace.Model);
        Assert.Same(services.GetRequiredService<IHybridLlmClient>(), services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public async Task A_container_in_use_can_be_disposed_of_without_await()
    {
        var services = Services(builder => builder.AddHybridLlm(Configure));
        await services.GetRequiredService<IHybridLlmClient>().GenerateAsync(new LlmRequest("hi"), Token);

        services.Dispose();

        Assert.Throws<ObjectDisposedException>(services.GetRequiredService<IHybridLlmClient>);
    }

    [Fact]
    public async Task A_chat_client_that_the_application_registered_stays_the_default_one()
    {
        var own = Substitute.For<IChatClient>();
        await using var services = Services(collection => collection.AddSingleton(own).AddHybridLlm(Configure));

        Assert.Same(own, services.GetRequiredService<IChatClient>());
    }

    [Theory]
    [InlineData("b", "beta")]
    [InlineData("B", "beta")]
    [InlineData("bee", "beta")]
    [InlineData("summarization", "beta")]
    [InlineData("planning", "alpha")]
    public async Task A_keyed_chat_client_is_bound_to_a_model_by_name_or_alias_or_else_to_a_task(string key, string answer)
    {
        await using var services = Services(collection => collection.AddHybridLlm(Configure));

        var response = await services.GetRequiredKeyedService<IChatClient>(key).GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal(answer, response.Text);
    }

    [Fact]
    public async Task A_request_through_a_keyed_client_may_say_otherwise()
    {
        await using var services = Services(collection => collection.AddHybridLlm(Configure));
        var options = new ChatOptions { AdditionalProperties = new() { [HybridLlmOptionKeys.TaskType] = TaskTypes.Planning } };

        var response = await services.GetRequiredKeyedService<IChatClient>("summarization").GetResponseAsync("hi", options, Token);

        Assert.Equal("alpha", response.Text);
        Assert.Equal(TaskTypes.Planning, options.AdditionalProperties[HybridLlmOptionKeys.TaskType]);
    }

    [Fact]
    public async Task Hints_reach_the_router_but_not_the_backend_and_the_callers_options_stay_as_they_are()
    {
        var a = new ScriptedProvider("pa", "alpha");
        await using var services = Services(collection => collection.AddHybridLlm(Configure), a);
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            AdditionalProperties = new() { [HybridLlmOptionKeys.TaskType] = TaskTypes.Planning, ["mine"] = 1 },
        };

        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("hi", options, Token);

        var sent = Assert.Single(a.Requests).Options!;
        Assert.Equal(TaskTypes.Planning, ((RoutingTrace)response.AdditionalProperties![HybridLlmOptionKeys.Trace]!).Plan.Profile.TaskType);
        Assert.Equal(["mine"], sent.AdditionalProperties!.Keys);
        Assert.Equal((0.5f, "a"), (sent.Temperature, sent.ModelId));
        Assert.Equal(2, options.AdditionalProperties.Count);
        Assert.Null(options.ModelId);
    }

    [Fact]
    public async Task Parameters_are_merged_request_over_task_and_model_over_model_over_defaults()
    {
        var a = new ScriptedProvider("pa", "alpha");
        await using var services = Services(
            collection => collection.AddHybridLlm(options =>
            {
                Configure(options);
                options.Routing.Defaults.Temperature = 0.1f;
                options.Routing.Defaults.TopP = 0.1f;
                options.Routing.Defaults.MaxTokens = 100;
                options.Models["a"].TopP = 0.2f;
                options.Models["a"].MaxTokens = 200;
                options.Models["a"].Tasks["planning"] = new() { MaxTokens = 300, Temperature = 0.3f };
            }),
            a);
        var client = services.GetRequiredService<IHybridLlmClient>();

        await client.GenerateAsync(new LlmRequest("hi", "planning") { Options = new() { Temperature = 0.4f } }, Token);
        await client.GenerateAsync(new LlmRequest("hi", "general"), Token);

        Assert.Equal([(0.4f, 0.2f, 300), (0.1f, 0.2f, 200)], a.Requests.Select(r => (r.Options!.Temperature!.Value, r.Options.TopP!.Value, r.Options.MaxOutputTokens!.Value)));
    }

    [Theory]
    [InlineData(HybridLlmOptionKeys.Complexity, "enormous", "Simple")]
    [InlineData(HybridLlmOptionKeys.Timeout, "-00:00:01", "00:00:30")]
    [InlineData(HybridLlmOptionKeys.TaskType, 7, "string")]
    [InlineData(HybridLlmOptionKeys.Metadata, "tenant", "dictionary")]
    public async Task A_hint_that_means_nothing_is_refused_with_what_it_must_be(string key, object value, string remedy)
    {
        await using var services = Services(collection => collection.AddHybridLlm(Configure));
        var options = new ChatOptions { AdditionalProperties = new() { [key] = value } };

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => services.GetRequiredService<IChatClient>().GetResponseAsync("hi", options, Token));

        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_no_string_is_refused()
    {
        await using var services = Services(collection => collection.AddHybridLlm(Configure));

        var exception = Assert.Throws<InvalidOperationException>(() => services.GetRequiredKeyedService<IChatClient>(42));

        Assert.Contains("'42'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HybridLlm:")]
    [InlineData("")]
    public async Task Options_come_from_a_section_or_from_the_configuration_that_has_one(string prefix)
    {
        var values = new Dictionary<string, string?>
        {
            [$"{prefix}Models:a:Provider"] = "pa",
            [$"{prefix}Models:a:Quality"] = "0.7",
            [$"{prefix}Metrics:Store"] = "None",
        };
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        configuration = prefix.Length == 0 ? new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => $"My:{v.Key}", v => v.Value)).Build().GetSection("My") : configuration;
        var services = new ServiceCollection();
        services.AddHybridLlm(configuration).AddProvider("pa", _ => new ScriptedProvider("pa", "alpha"));
        await using var provider = services.BuildServiceProvider();

        Assert.Equal(0.7, provider.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Models["a"].Quality);
        Assert.Equal("alpha", (await provider.GetRequiredService<IHybridLlmClient>().GenerateAsync(new LlmRequest("hi"), Token)).Text);
    }

    [Fact]
    public async Task A_host_does_not_start_with_bad_options_and_says_which_and_why()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("HybridLlm:Models:a:Provider", "nowhere"), new("HybridLlm:Metrics:Store", "None")]);
        builder.Services.AddHybridLlm();
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains("HybridLlm:Models:a:Provider", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", exception.Message, StringComparison.Ordinal);
    }

    private static void Configure(HybridLlmOptions options)
    {
        options.Metrics.Store = "None";
        options.Models["a"] = new() { Provider = "pa", Quality = 0.9 };
        options.Models["b"] = new() { Provider = "pb", Quality = 0.5, Aliases = { "bee" } };
        options.Routing.Tasks["summarization"] = new() { Models = { "b" } };
    }

    private static ServiceProvider Services(Func<IServiceCollection, IHybridLlmBuilder> add, ScriptedProvider? a = null)
    {
        var services = new ServiceCollection();
        add(services)
            .AddProvider("pa", _ => a ?? new ScriptedProvider("pa", "alpha"))
            .AddProvider("pb", _ => new ScriptedProvider("pb", "beta"));
        return services.BuildServiceProvider();
    }
}
