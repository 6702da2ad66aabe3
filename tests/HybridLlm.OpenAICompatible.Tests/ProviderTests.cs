using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class ProviderTests
{
    [Theory]
    [InlineData("http://h:1", "http://h:1/v1/")]
    [InlineData("http://h:1/", "http://h:1/v1/")]
    [InlineData("http://h:1/v1", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/", "http://h:1/v1/")]
    [InlineData("https://h/v1beta/openai", "https://h/v1beta/openai/")]
    [InlineData("https://h/llm/v1", "https://h/llm/v1/")]
    public void The_version_is_added_to_an_endpoint_without_a_path(string endpoint, string expected) =>
        Assert.Equal(new Uri(expected), OpenAIDialect.Default.GetBaseAddress(new Uri(endpoint)));

    [Theory]
    [InlineData("http://localhost:1", true)]
    [InlineData("http://127.0.0.9", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://10.1.2.3", true)]
    [InlineData("http://172.16.0.1", true)]
    [InlineData("http://172.32.0.1", false)]
    [InlineData("http://192.168.1.1", true)]
    [InlineData("http://169.254.0.1", true)]
    [InlineData("http://[fe80::1]", true)]
    [InlineData("http://[fd00::1]", true)]
    [InlineData("http://[2001:db8::1]", false)]
    [InlineData("http://8.8.8.8", false)]
    [InlineData("http://gpu-box", true)]
    [InlineData("http://gpu.local", true)]
    [InlineData("https://api.example.org", false)]
    [InlineData("http://10.1.2.3.example.org", false)]
    public async Task Local_servers_are_known_by_their_address_and_others_cost_money(string endpoint, bool local)
    {
        await using var backend = new Backend(endpoint);

        Assert.Equal((local, !local), (backend.Provider.Capabilities.IsLocal, backend.Provider.Capabilities.IsMetered));
    }

    [Fact]
    public async Task What_is_configured_goes_before_the_address()
    {
        await using var backend = new Backend("https://api.example.org", options => (options.IsLocal, options.IsMetered) = (true, true));

        Assert.Equal((true, true), (backend.Provider.Capabilities.IsLocal, backend.Provider.Capabilities.IsMetered));
    }

    [Theory]
    [InlineData(200, """{"data":[]}""", ProviderHealthStatus.Healthy)]
    [InlineData(404, """{"detail":"Not Found"}""", ProviderHealthStatus.Healthy)]
    [InlineData(503, """{"error":{"message":"Loading model","type":"unavailable_error","code":503}}""", ProviderHealthStatus.Loading)]
    [InlineData(401, """{"error":"Unauthorized"}""", ProviderHealthStatus.Unhealthy)]
    [InlineData(500, "", ProviderHealthStatus.Unhealthy)]
    public async Task Health_is_a_result_and_no_exception(int status, string body, ProviderHealthStatus expected)
    {
        await using var server = TranscriptServer.Replaying(Wire.Json(body, status));
        await using var backend = new Backend(server.Endpoint);

        var health = await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, health.Status);
        Assert.Equal(expected == ProviderHealthStatus.Healthy, health.Description is null);
    }

    [Fact]
    public async Task Llama_surprise_7_a_server_that_hangs_is_unhealthy_after_a_while_and_a_cancelled_check_is_cancelled()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WaitForClientToGoAsync();
        });
        var clock = new ImpatientClock();
        await using var backend = new Backend(server.Endpoint, dialect: new HealthDialect()) { Clock = clock };

        var health = await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ProviderHealthStatus.Unhealthy, health.Status);
        Assert.Contains("10 s", health.Description, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => backend.Provider.CheckHealthAsync(new CancellationToken(true)));
    }

    [Fact]
    public async Task A_health_path_lies_beside_the_api()
    {
        await using var server = TranscriptServer.Replaying(Wire.Plain("", 200));
        await using var backend = new Backend(server.Endpoint + "/llm/v1", dialect: new HealthDialect());

        Assert.Equal(ProviderHealth.Healthy, await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken));
        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.Equal("GET /llm/health HTTP/1.1", request.RequestLine);
    }

    [Fact]
    public async Task A_derived_provider_may_move_its_server_and_talk_to_paths_of_its_own()
    {
        await using var first = TranscriptServer.Replaying(Wire.Whole("\"content\":\"1\""));
        await using var second = TranscriptServer.Replaying(Wire.Whole("\"content\":\"2\""));
        await using var third = TranscriptServer.Replaying(Wire.Json("""{"tokens":[1,2]}"""));
        await using var backend = new Backend(first.Endpoint);
        var provider = new MovingProvider(new ProviderContext("test", new OpenAICompatibleOptions(), new(), backend.Built, TimeProvider.System, NullLoggerFactory.Instance));
        var chat = provider.GetChatClient("m");

        var unavailable = await Assert.ThrowsAsync<ProviderException>(() => chat.GetResponseAsync("hi", null, TestContext.Current.CancellationToken));
        Assert.Equal(ProviderErrorKind.Unavailable, unavailable.Kind);
        provider.Address = new Uri(first.Endpoint + "/v1/");
        Assert.Equal("1", (await chat.GetResponseAsync("hi", null, TestContext.Current.CancellationToken)).Text);
        provider.Address = new Uri(second.Endpoint + "/v1/");
        Assert.Equal("2", (await chat.GetResponseAsync("hi", null, TestContext.Current.CancellationToken)).Text);
        provider.Address = new Uri(third.Endpoint + "/v1/");
        Assert.Equal(2, await provider.CountAsync("hi", TestContext.Current.CancellationToken));
        Assert.True(third.Requests.TryDequeue(out var request));
        Assert.Equal(("POST /tokenize HTTP/1.1", "{\"content\":\"hi\"}"), (request.RequestLine, request.Text));
    }

    [Fact]
    public async Task A_client_tells_what_it_is()
    {
        await using var backend = new Backend("http://localhost:1");
        var chat = backend.Chat;

        var metadata = chat.GetRequiredService<ChatClientMetadata>();

        Assert.Equal((Backend.Name, "m"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(chat, chat.GetService(typeof(IChatClient)));
        Assert.Null(chat.GetService(typeof(string)));
        Assert.Null(chat.GetService(typeof(IChatClient), "key"));
    }

    [Fact]
    public void Providers_in_code_stand_in_the_options_with_their_type()
    {
        var builder = Substitute.For<IHybridLlmBuilder>();
        builder.Services.Returns(new ServiceCollection());

        builder.AddOpenAICompatible("a", options => options.Endpoint = "http://a").AddOpenAICompatible("b", options => options.Endpoint = "http://b");

        using var services = builder.Services.BuildServiceProvider();
        var providers = services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers;
        Assert.Equal(("http://a", "OpenAICompatible"), (providers["a"].Endpoint, providers["A"].Type));
        Assert.Equal("http://b", providers["b"].Endpoint);
        var factory = Assert.Single(services.GetServices<ILlmProviderFactory>(), f => f.Type == "OpenAICompatible");
        var provider = factory.Create(new ProviderContext("b", providers["b"], new(), services, TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Equal("b", provider.Name);
        Assert.IsAssignableFrom<IEmbeddingProvider>(provider);
    }

    [Fact]
    public void Every_kind_of_server_has_its_type_and_what_is_known_of_it()
    {
        var builder = Substitute.For<IHybridLlmBuilder>();
        builder.Services.Returns(new ServiceCollection());
        builder.AddVllm("v").AddHuggingFace("h").AddGemini("g").AddLlamaCppPython("l").AddHuggingFace("own", options => options.Endpoint = "http://tgi:3000");

        using var services = builder.Services.BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers;
        var providers = options.ToDictionary(o => o.Key, o => services.GetServices<ILlmProviderFactory>().Single(f => f.Type == o.Value.Type)
            .Create(new ProviderContext(o.Key, o.Value, new(), services, TimeProvider.System, NullLoggerFactory.Instance)));

        Assert.Equal(["v:True", "h:False", "g:False", "l:True", "own:True"], providers.Select(p => $"{p.Key}:{p.Value.Capabilities.IsLocal}"));
        Assert.Equal(["v", "own"], providers.Where(p => p.Value is IProviderLoadSource).Select(p => p.Key));
        Assert.IsAssignableFrom<ITokenCounter>(providers["v"]);
    }

    [Fact]
    public void Options_are_read_from_the_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["x:Type"] = "OpenAICompatible",
            ["x:Endpoint"] = "http://h:1",
            ["x:ApiKey"] = "k",
            ["x:MaxConcurrency"] = "3",
            ["x:ConnectionIdleTimeout"] = "00:00:02",
            ["x:IsLocal"] = "true",
            ["x:Headers:X-A"] = "1",
            ["x:Timeouts:Idle"] = "00:00:09",
        }).Build();

        var options = Assert.IsType<OpenAICompatibleOptions>(((ILlmProviderFactory)new OpenAICompatibleProviderFactory()).ReadOptions(configuration.GetSection("x")));

        Assert.Equal(("http://h:1", "k", 3, TimeSpan.FromSeconds(2), true), (options.Endpoint, options.ApiKey, options.MaxConcurrency, options.ConnectionIdleTimeout, options.IsLocal));
        Assert.Equal("1", options.Headers["x-a"]);
        Assert.Equal(TimeSpan.FromSeconds(9), options.Timeouts!.Idle);
    }

    [Theory]
    [InlineData("Endpoint", null, "http://localhost:8000")]
    [InlineData("Endpoint", " ", "http://localhost:8000")]
    [InlineData("Endpoint", "localhost:8000", "http://localhost:8000")]
    [InlineData("Endpoint", "ftp://h", "http://")]
    [InlineData("Endpoint", "/v1", "absolute")]
    [InlineData("Endpoint", "http://u:p@h", "ApiKey")]
    [InlineData("Endpoint", "http://h?key=1", "'?'")]
    [InlineData("Endpoint", "http://h/v1/chat/completions", "without /chat/completions")]
    public void A_bad_endpoint_is_told_with_its_remedy(string key, string? endpoint, string words) =>
        ExpectError(key, words, options => options.Endpoint = endpoint);

    [Fact]
    public void Bad_keys_headers_and_times_are_told_and_secrets_are_not_shown()
    {
        ExpectError("ApiKey", "printable", options => options.ApiKey = "se\ncret");
        ExpectError("Headers:Authorization", "ApiKey", options => options.Headers["Authorization"] = "Bearer secret");
        ExpectError("Headers:Content-Type", "take it out", options => options.Headers["Content-Type"] = "secret");
        ExpectError("Headers:X Y", "letters", options => options.Headers["X Y"] = "secret");
        ExpectError("Headers:X", "printable", options => options.Headers["X"] = "sécret");
        ExpectError("ConnectionIdleTimeout", "01:00:00", options => options.ConnectionIdleTimeout = TimeSpan.FromHours(2));
    }

    [Fact]
    public void Good_options_are_good()
    {
        var errors = Substitute.For<IConfigurationErrors>();
        ((ILlmProviderFactory)new OpenAICompatibleProviderFactory()).Validate(
            new OpenAICompatibleOptions { Endpoint = "https://h/v1", ApiKey = "sk-1", Headers = { ["X-A"] = "b c" }, ConnectionIdleTimeout = TimeSpan.Zero }, errors);

        Assert.Empty(errors.ReceivedCalls());
    }

    private static void ExpectError(string key, string words, Action<OpenAICompatibleOptions> configure)
    {
        var errors = Substitute.For<IConfigurationErrors>();
        var options = new OpenAICompatibleOptions { Endpoint = "http://h" };
        configure(options);
        ((ILlmProviderFactory)new OpenAICompatibleProviderFactory()).Validate(options, errors);

        var arguments = Assert.Single(errors.ReceivedCalls()).GetArguments();
        Assert.Equal(key, arguments[0]);
        Assert.DoesNotContain("cret", $"{arguments[1]}", StringComparison.Ordinal);
        Assert.Contains(words, (string)arguments[2]!, StringComparison.Ordinal);
    }

    private sealed class HealthDialect : OpenAIDialect
    {
        protected internal override string HealthPath => "health";
    }

    private sealed class MovingProvider(ProviderContext context) : OpenAICompatibleProvider(context, new OpenAICompatibleOptions())
    {
        internal Uri? Address { get; set; }

        protected override Uri BaseAddress => Address ?? base.BaseAddress;

        internal async Task<int> CountAsync(string text, CancellationToken cancellationToken)
        {
            using var answer = await PostJsonAsync(new Uri(ServerAddress, "tokenize"), writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("content", text);
                writer.WriteEndObject();
            }, TimeSpan.FromSeconds(30), cancellationToken);
            return answer.RootElement.GetProperty("tokens").GetArrayLength();
        }
    }

    /// <summary>Timers of this clock are due at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
    }
}
