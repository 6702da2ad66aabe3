using HybridLlm.ChatClients;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.ChatClients;

/// <summary>Any client of the application's own as a provider.</summary>
public sealed class AddChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_answers_through_the_router_under_its_own_model(bool streamed)
    {
        var client = new VendorClient("gpt-x");
        await using var services = Build(client);
        var router = services.GetRequiredService<IChatClient>();

        var response = streamed
            ? await router.GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token)
            : await router.GetResponseAsync("Hi", cancellationToken: Token);

        Assert.Equal(("Hello.", 3, 2), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.Equal("gpt-x", Assert.Single(client.Asked)?.ModelId);
    }

    [Fact]
    public async Task A_client_that_names_no_model_is_told_none()
    {
        var client = new VendorClient(null);
        await using var services = Build(client);
        await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi", cancellationToken: Token);
        Assert.Null(Assert.Single(client.Asked)?.ModelId);
    }

    [Fact]
    public async Task Several_models_of_one_client_are_told_apart()
    {
        var client = new VendorClient("gpt-x");
        await using var services = Build(client, options =>
        {
            options.Models.Add("gpt-y");
            options.Models.Add("gpt-z");
        });
        await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi", cancellationToken: Token);
        foreach (var model in (string[])["gpt-z", "gpt-y"])
        {
            await services.GetRequiredService<IHybridLlmClient>().ForModel(model).GetResponseAsync("Hi", cancellationToken: Token);
            Assert.Equal(model, client.Asked[^1]?.ModelId);
        }
    }

    [Fact]
    public async Task A_client_whose_server_fails_leaves_the_request_to_the_next_one()
    {
        var failing = new VendorClient("gpt-x") { Failure = new InvalidOperationException("HTTP 503 (server_error)") };
        var collection = new ServiceCollection();
        collection.AddHybridLlm(options =>
            {
                options.Metrics.Store = "None";
                options.Models["best"] = new() { Provider = "cloud", ModelId = "gpt-x", Quality = 0.9 };
                options.Models["next"] = new() { Provider = "other", ModelId = "gpt-y", Quality = 0.5 };
            })
            .AddChatClient("cloud", _ => failing)
            .AddChatClient("other", _ => new VendorClient("gpt-y"));
        await using var services = collection.BuildServiceProvider();

        var response = await services.GetRequiredService<IHybridLlmClient>().GenerateAsync(new LlmRequest("hi", "general"), Token);

        Assert.Equal("next", response.Model);
        Assert.Equal(ProviderErrorKind.Overloaded, response.Trace.Attempts[0].Error);
    }

    public static TheoryData<Exception, ProviderErrorKind, int?> Failures { get; } = new()
    {
        { new InvalidOperationException("HTTP 429 (requests: rate_limit_exceeded)\n\nRate limit reached"), ProviderErrorKind.RateLimited, 429 },
        { new InvalidOperationException("HTTP 429 (insufficient_quota: insufficient_quota)"), ProviderErrorKind.QuotaExhausted, 429 },
        { new InvalidOperationException("Service request failed.\nStatus: 401 (Unauthorized)"), ProviderErrorKind.Unauthorized, 401 },
        { new InvalidOperationException("HTTP 400 (invalid_request_error: context_length_exceeded)"), ProviderErrorKind.ContextExceeded, 400 },
        { new HttpRequestException("x", null, System.Net.HttpStatusCode.NotFound), ProviderErrorKind.ModelNotFound, 404 },
        { new HttpRequestException("Response status code does not indicate success: 500 (x)."), ProviderErrorKind.ServerError, 500 },
        { new HttpRequestException("refused"), ProviderErrorKind.Unavailable, null },
        { new InvalidOperationException("x", new System.Net.Sockets.SocketException()), ProviderErrorKind.Unavailable, null },
        { new TaskCanceledException("its own timer"), ProviderErrorKind.Timeout, null },
        { new ArgumentException("bad"), ProviderErrorKind.InvalidRequest, null },
        { new System.Text.Json.JsonException("bad"), ProviderErrorKind.InvalidResponse, null },
        { new InvalidOperationException("odd, port 443 of HTTP 12345"), ProviderErrorKind.ServerError, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_a_client_throws_is_classified(Exception thrown, ProviderErrorKind kind, int? status)
    {
        var client = new ClassifyingChatClient(new VendorClient("gpt-x") { Failure = thrown }, "cloud", "gpt-x", true);

        var whole = await Assert.ThrowsAsync<ProviderException>(() => client.GetResponseAsync("Hi", cancellationToken: Token));
        var streamed = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(client, Token));

        Assert.Equal((kind, status, "cloud", "gpt-x"), (whole.Kind, whole.StatusCode, whole.Provider, whole.ModelId));
        Assert.Equal((kind, thrown), (streamed.Kind, streamed.InnerException));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_interrupted()
    {
        var client = new ClassifyingChatClient(new VendorClient("gpt-x") { Failure = new IOException("reset"), PiecesBefore = 2 }, "cloud", "gpt-x", true);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(client, Token))).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_callers_own_cancellation_stays_one(bool streamed)
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        var client = new ClassifyingChatClient(new VendorClient("gpt-x") { Failure = new OperationCanceledException(caller.Token) }, "cloud", "gpt-x", true);
        await Assert.ThrowsAsync<OperationCanceledException>(() => streamed ? ReadAsync(client, caller.Token) : client.GetResponseAsync("Hi", cancellationToken: caller.Token));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task The_client_is_disposed_unless_it_belongs_to_another(bool leaveOpen, bool disposed)
    {
        var client = new VendorClient("gpt-x");
        await using (var services = Build(client, options => options.LeaveOpen = leaveOpen))
        {
            await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi", cancellationToken: Token);
        }

        Assert.Equal(disposed, client.IsDisposed);
    }

    [Fact]
    public void Nobody_can_tell_that_a_client_is_local_so_it_is_not()
    {
        using var client = new VendorClient("gpt-x");
        using var provider = new ChatClientProvider("cloud", client, new());
        Assert.True(provider.Capabilities is { IsLocal: false, IsMetered: true });
        using var local = new ChatClientProvider("cloud", client, new() { IsLocal = true });
        Assert.True(local.Capabilities is { IsLocal: true, IsMetered: false });
    }

    private static ServiceProvider Build(VendorClient client, Action<ChatClientOptions>? describe = null)
    {
        var collection = new ServiceCollection();
        collection.AddHybridLlm(options => options.Metrics.Store = "None").AddChatClient("cloud", _ => client, describe);
        return collection.BuildServiceProvider();
    }

    private static async Task ReadAsync(IChatClient client, CancellationToken cancellationToken)
    {
        await foreach (var update in client.GetStreamingResponseAsync("Hi", cancellationToken: cancellationToken))
        {
            Assert.NotNull(update);
        }
    }

    /// <summary>A client as vendors write them: it knows nothing of HybridLlm.</summary>
    private sealed class VendorClient(string? model) : IChatClient
    {
        private readonly List<ChatOptions?> _asked = [];

        public Exception? Failure { get; init; }

        public int PiecesBefore { get; init; }

        public bool IsDisposed { get; private set; }

        public IReadOnlyList<ChatOptions?> Asked => _asked;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            _asked.Add(options);
            return Failure is null
                ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello.")) { FinishReason = ChatFinishReason.Stop, Usage = Usage() })
                : Task.FromException<ChatResponse>(Failure);
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            _asked.Add(options);
            await Task.Yield();
            for (var i = 0; i < PiecesBefore; i++)
            {
                yield return new(ChatRole.Assistant, "Hel");
            }

            if (Failure is not null)
            {
                throw Failure;
            }

            yield return new(ChatRole.Assistant, "Hello.");
            yield return new(ChatRole.Assistant, [new UsageContent(Usage())]) { FinishReason = ChatFinishReason.Stop };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) && model is not null ? new ChatClientMetadata("vendor", null, model) : null;

        public void Dispose() => IsDisposed = true;

        private static UsageDetails Usage() => new() { InputTokenCount = 3, OutputTokenCount = 2, TotalTokenCount = 5 };
    }
}
