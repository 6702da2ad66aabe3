using System.Net;
using System.Net.Sockets;
using HybridLlm.OpenAICompatible.Http;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class TransportTests
{
    [Fact]
    public async Task A_refused_connection_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var backend = new Backend($"http://127.0.0.1:{port}");

        var failure = await backend.FailAsync();

        Assert.Equal(ProviderErrorKind.Unavailable, failure.Kind);
        Assert.IsType<HttpRequestException>(failure.InnerException);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    public async Task What_fails_before_the_answer_is_unavailable(HttpRequestError error)
    {
        await using var backend = new Backend("http://127.0.0.1:1");
        backend.Services.AddHandler(_ => throw new HttpRequestException(error, "no"));

        Assert.Equal(ProviderErrorKind.Unavailable, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task A_connect_timeout_is_a_timeout()
    {
        await using var backend = new Backend("http://127.0.0.1:1");
        backend.Services.AddHandler(_ => throw new TaskCanceledException("x", new TimeoutException("connect")));

        Assert.Equal(ProviderErrorKind.Timeout, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task What_is_not_http_is_an_invalid_response()
    {
        await using var server = TranscriptServer.Replaying("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task Llama_surprise_4_a_server_that_is_killed_before_it_answers_is_unavailable()
    {
        await using var server = TranscriptServer.Replaying([]);
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.Unavailable, (await backend.FailAsync()).Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Llama_surprise_15_a_pooled_connection_that_the_server_has_closed_is_noticed_and_replaced()
    {
        var closed = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(Wire.Whole("\"content\":\"Hi\""));
            connection.Dispose();
            closed.TrySetResult();
        });
        await using var backend = new Backend(server.Endpoint);

        await backend.AskAsync();
        await closed.Task;

        Assert.Equal("Hi", (await backend.AskAsync()).Text);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task A_pooled_connection_that_closes_under_a_request_is_unavailable_and_the_request_is_not_sent_twice()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            if (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync(Wire.Whole("\"content\":\"Hi\""));
                await connection.ReadRequestAsync();
            }
        });
        await using var backend = new Backend(server.Endpoint);

        await backend.AskAsync();

        Assert.Equal(ProviderErrorKind.Unavailable, (await backend.FailAsync()).Kind);
        Assert.Equal((2, 1), (server.Requests.Count, server.ConnectionCount));
    }

    [Fact]
    public async Task Streams_that_are_read_to_their_end_share_a_connection()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync(Wire.Stream(Wire.Text("Hi"), Wire.Finish(), Wire.Done));
            }
        });
        await using var backend = new Backend(server.Endpoint);

        for (var i = 0; i < 5; i++)
        {
            await backend.StreamAsync();
        }

        Assert.Equal((5, 1), (server.Requests.Count, server.ConnectionCount));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = TranscriptServer.Replaying("HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        await using var backend = new Backend(server.Endpoint);

        var failure = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.InvalidResponse, 307), (failure.Kind, failure.StatusCode));
    }

    [Fact]
    public async Task An_event_without_end_is_cut_at_the_bound()
    {
        using var source = new EventByteStream(new MemoryStream(new byte[5000]), 4096, () => new ProviderException(ProviderErrorKind.InvalidResponse, "too long"));
        var buffer = new byte[1000];

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            while (await source.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
            }
        });

        Assert.Equal("too long", failure.Message);
    }

    [Fact]
    public async Task The_bound_is_for_an_event_and_the_tail_is_the_end_of_the_stream()
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"data: {i}\n\n")));
        foreach (var size in (int[])[1, 7, 100, 3000])
        {
            using var source = new EventByteStream(new MemoryStream(bytes), 4096, () => new ProviderException(ProviderErrorKind.InvalidResponse, "too long"));
            var buffer = new byte[size];
            while (await source.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
                if (size == 1)
                {
                    source.EventSeen();
                }
            }

            Assert.Equal(bytes[^2048..], source.Tail.ToArray());
            Assert.True(source.IsTailCut);
        }
    }

    [Fact]
    public async Task The_applications_handlers_stay_and_retrying_ones_go()
    {
        var seen = new List<string>();
        await using var backend = new Backend("http://127.0.0.1:1");
        backend.Services.ConfigureHttpClientDefaults(http => http
            .ConfigureHttpClient(client => client.Timeout = TimeSpan.FromMilliseconds(1))
            .AddHttpMessageHandler(() => new MarkingResilienceHandler(seen)));
        backend.Services.AddHttpClient("HybridLlm:" + Backend.Name)
            .AddHttpMessageHandler(() => new OwnHandler(seen))
            .ConfigurePrimaryHttpMessageHandler(() => new StubHandler(_ => new(HttpStatusCode.OK) { Content = new StringContent("""{"choices":[{"message":{"content":"Hi"}}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) }));

        Assert.Equal("Hi", (await backend.AskAsync()).Text);
        Assert.Equal(["own"], seen);
        Assert.Equal(Timeout.InfiniteTimeSpan, backend.Built.GetRequiredService<IHttpClientFactory>().CreateClient("HybridLlm:" + Backend.Name).Timeout);
        Assert.NotEqual(Timeout.InfiniteTimeSpan, backend.Built.GetRequiredService<IHttpClientFactory>().CreateClient("other").Timeout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_resilience_handler_of_the_whole_host_does_not_cut_a_call_unless_it_is_wished(bool keep)
    {
        // It cuts what does not answer at once, as the standard handler does after its 10 seconds.
        await using var simulator = await HybridLlm.Testing.OpenAISimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        simulator.Faults.Next(HybridLlm.Testing.Fault.LateFirstToken(TimeSpan.FromMilliseconds(200)));
        await using var backend = new Backend(simulator.Endpoint.ToString(), options => options.KeepResilienceHandlers = keep);
        backend.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new CuttingResilienceHandler()));
        using var chat = backend.Provider.GetChatClient("sim-model");

        var call = chat.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken);

        if (keep)
        {
            Assert.Equal(ProviderErrorKind.Timeout, (await Assert.ThrowsAsync<ProviderException>(() => call)).Kind);
        }
        else
        {
            Assert.Equal("You said: Hi", (await call).Text);
        }
    }

    [Theory]
    [InlineData("http://localhost:1", null, 4, false)]
    [InlineData("http://example.org", null, 4, true)]
    [InlineData("https://example.org", null, 60, true)]
    [InlineData("https://example.org", 9, 9, true)]
    public async Task Llama_surprise_15_and_Vllm_surprise_13_idle_connections_are_closed_before_the_server_does_it_even_those_that_a_reload_brings(string endpoint, int? idle, int expectedIdle, bool proxy)
    {
        await using var backend = new Backend(endpoint, options => options.ConnectionIdleTimeout = idle is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        backend.Timeouts.Connect = TimeSpan.FromSeconds(3);
        Assert.NotNull(backend.Provider);

        var handler = Primary(backend.Built, "HybridLlm:" + Backend.Name);

        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(expectedIdle), proxy), (handler.ConnectTimeout, handler.PooledConnectionIdleTimeout, handler.UseProxy));
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_each_get_their_own_answer()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                var text = System.Text.Json.JsonDocument.Parse(request.Body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
                await connection.SendAsync(request.Text.Contains("stream", StringComparison.Ordinal)
                    ? Wire.Stream(Wire.Text(text), Wire.Text("!"), Wire.Finish(), Wire.Done)
                    : Wire.Whole($"\"content\":\"{text}!\""));
            }
        });
        await using var backend = new Backend(server.Endpoint);
        var chat = backend.Chat;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => i % 2 == 0
            ? (await chat.GetResponseAsync($"call {i}", null, TestContext.Current.CancellationToken)).Text
            : (await chat.GetStreamingResponseAsync($"call {i}", null, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken)).Text));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"call {i}!"), answers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_a_megabyte_is_read_whole(bool streamed)
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcdef", 65536));
        await using var server = TranscriptServer.Replaying(streamed ? Wire.Stream(Wire.Text(text), Wire.Finish()) : Wire.Whole($"\"content\":\"{text}\""));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(text, streamed ? (await backend.StreamAsync()).ToChatResponse().Text : (await backend.AskAsync()).Text);
    }

    private static SocketsHttpHandler Primary(IServiceProvider services, string name)
    {
        var builder = services.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = name;
        foreach (var action in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpMessageHandlerBuilderActions)
        {
            action(builder);
        }

        return Assert.IsType<SocketsHttpHandler>(builder.PrimaryHandler);
    }

    private sealed class MarkingResilienceHandler(List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add("resilience");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class CuttingResilienceHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            budget.CancelAfter(TimeSpan.FromMilliseconds(20));
            return await base.SendAsync(request, budget.Token);
        }
    }

    private sealed class OwnHandler(List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add("own");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
