using System.Diagnostics;
using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using static HybridLlm.Telemetry.Tests.AttemptSpanTests;

namespace HybridLlm.Telemetry.Tests;

/// <summary>A streamed answer's spans last as long as the stream, whoever reads it wherever.</summary>
public sealed class StreamSpanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_spans_end_with_the_stream_and_the_readers_activity_stays_its_own()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(new(ChatRole.Assistant, ""), Piece("al"), Piece("pha"), Usage(11, 2), Updates.End());
        using var reader = Traced("reader");

        var stream = routes.Client.GenerateStreamingAsync(new LlmRequest("hi", "general"), Token).GetAsyncEnumerator(Token);
        while (await stream.MoveNextAsync())
        {
            Assert.Same(reader, Activity.Current);
            Assert.Empty(recorder.Requests);
        }

        await stream.DisposeAsync();

        Assert.Same(reader, Activity.Current);
        AssertTags(Assert.Single(recorder.Calls), ("hybridllm.status", "succeeded"), ("gen_ai.usage.output_tokens", 2L));
        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "succeeded"), ("hybridllm.stream", true));
        Assert.Equal(1, recorder.Count("gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal(4, recorder.Count("gen_ai.client.operation.time_per_output_chunk"));
        Assert.Equal(13, recorder.Sum("gen_ai.client.token.usage"));
    }

    [Fact]
    public async Task A_stream_belongs_to_whoever_asked_for_it_and_not_to_whoever_reads_it()
    {
        using var recorder = new TelemetryRecorder(alsoTrace: "Backend");
        using var backend = new ActivitySource("Backend");
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => WithSpans(backend);

        IAsyncEnumerator<ChatResponseUpdate> stream;
        using var asker = Traced("asker");
        stream = routes.Client.GenerateStreamingAsync(new LlmRequest("hi", "general"), Token).GetAsyncEnumerator(Token);
        asker.Stop();
        using (var reader = Traced("reader"))
        {
            while (await stream.MoveNextAsync())
            {
                Assert.Same(reader, Activity.Current);
            }

            await stream.DisposeAsync();
        }

        var call = Assert.Single(recorder.Calls);
        Assert.Equal(asker.SpanId, Assert.Single(recorder.Requests).ParentSpanId);
        Assert.Equal(recorder.Requests[0].SpanId, call.ParentSpanId);
        var made = recorder.Spans.Where(span => span.OperationName == "piece").ToList();
        Assert.Equal(3, made.Count);
        Assert.All(made, span => Assert.Equal(call.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task A_stream_that_is_left_is_cancelled_when_it_is_left()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = call => Updates.ThenHang(call, Piece("al"), Piece("pha"));

        await foreach (var update in routes.Client.GenerateStreamingAsync(new LlmRequest("hi", "general"), Token))
        {
            Assert.Equal("al", update.Text);
            Assert.Empty(recorder.Spans);
            break;
        }

        AssertTags(Assert.Single(recorder.Calls), ("hybridllm.status", "cancelled"), ("error.type", null), ("gen_ai.usage.output_tokens", null));
        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "cancelled"), ("error.type", null));
        Assert.Empty(recorder.Of("gen_ai.client.token.usage"));
        Assert.Equal(1, recorder.Count("gen_ai.client.operation.duration"));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_has_failed()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "gone"), Piece("al"));

        await Assert.ThrowsAsync<StreamInterruptedException>(() => routes.StreamAsync());

        AssertTags(Assert.Single(recorder.Calls), ("hybridllm.status", "failed"), ("error.type", "stream_interrupted"));
        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "failed"), ("error.type", "stream_interrupted"));
        Assert.Equal("stream_interrupted", Assert.Single(recorder.Of("gen_ai.client.operation.duration"))["error.type"]);
    }

    [Fact]
    public async Task An_empty_answer_counts_the_tokens_that_its_backend_counted()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(Updates.Thought("hm"), Usage(7, 30), Updates.End());
        routes.B.OnStream = _ => Updates.Of(Piece("beta"), Usage(7, 1), Updates.End());

        Assert.Equal("beta", await routes.StreamAsync());

        AssertTags(recorder.Calls[0], ("error.type", "invalid_response"), ("gen_ai.usage.output_tokens", 30L));
        Assert.Equal(45, recorder.Sum("gen_ai.client.token.usage"));
    }

    [Fact]
    public async Task The_application_can_throw_while_it_checks_an_answer_and_no_span_stays_open()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => throw new InvalidOperationException("a mistake of the client");
        routes.B.OnStream = _ => Updates.Of(Piece("beta"), Updates.End());

        Assert.Equal("beta", await routes.StreamAsync());

        Assert.Equal(["failed", "succeeded"], recorder.Calls.Select(call => call.GetTagItem("hybridllm.status")));
        Assert.All(recorder.Spans, span => Assert.True(span.IsStopped));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WithSpans(ActivitySource source)
    {
        foreach (var text in (string[])["one ", "two ", "three"])
        {
            using (source.StartActivity("piece"))
            {
                await Task.Yield();
            }

            yield return Piece(text);
        }
    }
}
