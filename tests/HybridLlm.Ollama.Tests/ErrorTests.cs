using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.Ollama.Tests;

/// <summary>What Ollama says is wrong, and what kind of failure that is. Its status is often not the answer.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("704-", ProviderErrorKind.Overloaded)]
    [InlineData("705-", ProviderErrorKind.Overloaded)]
    [InlineData("710-", ProviderErrorKind.Overloaded)]
    [InlineData("a50-", ProviderErrorKind.Overloaded)]
    [InlineData("707-", ProviderErrorKind.Overloaded)]
    public async Task Surprise_5_a_full_queue_is_overload_without_a_wish_for_a_pause(string transcript, ProviderErrorKind kind)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, _) = await backend.FailAsync();

        Assert.Equal((kind, 503, null), (failure.Kind, failure.StatusCode, failure.RetryAfter));
    }

    [Theory]
    [InlineData("213-")] // a string for a list
    [InlineData("217-")] // a text for a number
    [InlineData("218-")]
    [InlineData("17b-")] // a model that was created with a wrong parameter (surprise 26)
    [InlineData("307-")] // a format that is none
    [InlineData("309-")]
    [InlineData("321-")]
    [InlineData("337-")] // a tool that is none
    [InlineData("280-")] // an image to a model without eyes
    [InlineData("408-")] // a broken template
    [InlineData("468-")]
    [InlineData("a15-")]
    [InlineData("a27-")]
    [InlineData("a28-")] // a schema with a dangling reference
    public async Task Surprise_20_a_mistake_of_the_client_answered_with_500_is_the_clients(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, _) = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.InvalidRequest, 500), (failure.Kind, failure.StatusCode));
    }

    [Theory]
    [InlineData("813-")] // the runner was killed
    [InlineData("a42-")]
    [InlineData("830-")] // damaged weights
    [InlineData("835-")] // killed while it loaded
    [InlineData("843-")]
    [InlineData("847-")] // an unknown architecture
    [InlineData("851-")]
    [InlineData("860-")] // not enough memory
    [InlineData("a46-")]
    public async Task Surprises_9_and_10_a_fault_of_the_server_answered_with_500_is_the_servers(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        foreach (var streamed in (bool[])[false, true])
        {
            var (failure, _) = await backend.FailAsync(streamed);
            Assert.Equal((ProviderErrorKind.ServerError, 500), (failure.Kind, failure.StatusCode));
        }
    }

    [Fact]
    public async Task Surprise_9_a_request_that_waited_for_a_runner_that_died_may_try_again()
    {
        await using var backend = Backend.Replaying("823-runner-kill-queued-b");
        var (failure, _) = await backend.FailAsync();

        Assert.Equal(ProviderErrorKind.ServerError, failure.Kind);
        Assert.Contains("process no longer running", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_that_the_server_gave_up_waiting_for_is_a_timeout()
    {
        await using var backend = Backend.Replaying("841-");
        Assert.Equal(ProviderErrorKind.Timeout, (await backend.FailAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData("391-", 3019, 1024)]
    [InlineData("396-", 4043, 1024)]
    [InlineData("397-", 614, 256)]
    public async Task Surprise_21_the_runners_error_inside_the_error_is_opened(string transcript, int tokens, int context)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, _) = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.ContextExceeded, context), (failure.Kind, failure.ContextLength));
        Assert.InRange(failure.PromptTokens ?? 0, Math.Min(tokens, context + 1), int.MaxValue);
        Assert.Contains($"exceeds the available context size ({context} tokens)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"error\"", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("392-")] // "the prompt is longer than the context length"
    [InlineData("394-")]
    [InlineData("398-")]
    [InlineData("a32-")] // "the input length exceeds the context length"
    [InlineData("455-")]
    public async Task Surprise_16_a_prompt_that_is_too_long_is_told_in_three_ways(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(ProviderErrorKind.ContextExceeded, (await backend.FailAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData("260-")]
    [InlineData("261-")]
    [InlineData("761-")]
    [InlineData("844-")] // its weights are gone
    [InlineData("161-")] // it would run in the cloud, which is switched off
    [InlineData("463-")] // it makes no embeddings
    [InlineData("474-")]
    [InlineData("a16-")]
    public async Task A_model_that_is_not_there_or_not_for_this_is_not_found(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await backend.FailAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData("238-")]
    [InlineData("262-")]
    [InlineData("279-")]
    [InlineData("285-")]
    [InlineData("313-")]
    [InlineData("314-")]
    [InlineData("334-")]
    [InlineData("341-")]
    [InlineData("358-")]
    [InlineData("360-")]
    [InlineData("385-")]
    [InlineData("a21-")]
    [InlineData("a24-")]
    public async Task Surprise_22_a_refusal_before_the_stream_is_read_whatever_its_content_type(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, text) = await backend.FailAsync(streamed: true);

        Assert.Equal((ProviderErrorKind.InvalidRequest, 400, ""), (failure.Kind, failure.StatusCode, text));
    }

    [Theory]
    [InlineData("033-")] // the name of a container, as the server's host
    [InlineData("022-")] // an origin
    public async Task Surprise_27_a_refused_host_or_origin_is_unauthorized_though_it_says_nothing(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, _) = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.Unauthorized, 403), (failure.Kind, failure.StatusCode));
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
    }

    [Theory]
    [InlineData("017-")]
    [InlineData("018-")]
    public async Task A_redirection_is_no_answer(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.FailAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData(401, ProviderErrorKind.Unauthorized)]
    [InlineData(429, ProviderErrorKind.RateLimited)]
    [InlineData(502, ProviderErrorKind.Unavailable)]
    public async Task What_a_cloud_model_or_a_proxy_says_is_told_by_its_status(int status, ProviderErrorKind kind)
    {
        var server = TranscriptServer.Replaying(WireText.Json("""{"error":"upstream"}""", status, "Retry-After: 7\r\n"));
        await using var backend = new Backend(server.Endpoint, null, server);
        var (failure, _) = await backend.FailAsync();

        Assert.Equal((kind, TimeSpan.FromSeconds(7)), (failure.Kind, failure.RetryAfter));
    }

    [Fact]
    public async Task A_web_page_is_an_invalid_response()
    {
        var server = TranscriptServer.Replaying(WireText.Plain("<html>\n<body>It works!</body></html>\n", 200, "text/html"));
        await using var backend = new Backend(server.Endpoint, null, server);

        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.FailAsync()).Failure.Kind);
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
    }
}
