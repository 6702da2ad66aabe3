using System.Diagnostics;
using System.Text.Json;
using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static HybridLlm.Telemetry.Tests.AttemptSpanTests;

namespace HybridLlm.Telemetry.Tests;

/// <summary>What an application can switch: who reports the calls of models, and whether contents are written down.</summary>
public sealed class SwitchTests
{
    private const string ContentVariable = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_the_application_reports_the_calls_attempts_are_internal_and_nothing_is_counted_twice()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o => o.Telemetry.ClientSpans = ClientSpanMode.Never);
        routes.A.OnStream = _ => Updates.Of(Piece("alpha"), Usage(11, 2), Updates.End());

        await routes.AskAsync();

        Assert.Empty(recorder.Calls);
        var attempt = Assert.Single(recorder.Spans, span => span.OperationName == "hybridllm.attempt");
        Assert.Equal((ActivityKind.Internal, recorder.Requests.Single().SpanId), (attempt.Kind, attempt.ParentSpanId));
        AssertTags(attempt, ("hybridllm.model", "a"), ("hybridllm.status", "succeeded"));
        Assert.DoesNotContain(recorder.Spans.SelectMany(span => span.TagObjects), tag => tag.Key.StartsWith("gen_ai.", StringComparison.Ordinal));
        Assert.DoesNotContain(recorder.Points, point => point.Instrument.StartsWith("gen_ai.", StringComparison.Ordinal));
        Assert.Equal(1, recorder.Sum("hybridllm.route.decisions"));
    }

    [Theory]
    [InlineData(ClientSpanMode.Auto, 1, "Client's own")]
    [InlineData(ClientSpanMode.Always, 2, "Client's own", "HybridLlm")]
    [InlineData(ClientSpanMode.Never, 1, "Client's own")]
    public async Task A_client_that_reports_itself_is_left_to_do_so(ClientSpanMode mode, int calls, params string[] sources)
    {
        using var recorder = new TelemetryRecorder(alsoTrace: "Client's own");
        using var client = new ReportingClient();
        await using var routes = new TwoRoutes(
            o =>
            {
                o.Telemetry.ClientSpans = mode;
                o.Models["c"] = new() { Provider = "pc", Quality = 1 };
            },
            build: builder => builder.AddChatClient("pc", _ => client));

        await routes.Client.GenerateAsync(new LlmRequest("hi", "general") { Model = "c" }, Token);

        Assert.Equal(calls, recorder.Calls.Count);
        Assert.Equal(sources.Order(StringComparer.Ordinal), recorder.Calls.Select(call => call.Source.Name).Order(StringComparer.Ordinal));
        var own = recorder.Calls.Single(call => call.Source.Name == "Client's own");
        Assert.Equal(recorder.Spans.Single(span => span.SpanId == own.ParentSpanId).ParentSpanId, recorder.Requests.Single().SpanId);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "false", false)]
    [InlineData(null, "NO_CONTENT", false)]
    [InlineData(null, "EVENT_ONLY", false)]
    [InlineData(null, "true", true)]
    [InlineData(null, "span_only", true)]
    [InlineData(false, "true", false)]
    [InlineData(true, null, true)]
    public async Task Contents_are_written_down_only_where_that_was_asked_for(bool? option, string? variable, bool expected)
    {
        var before = Environment.GetEnvironmentVariable(ContentVariable);
        Environment.SetEnvironmentVariable(ContentVariable, variable);
        try
        {
            using var recorder = new TelemetryRecorder();
            await using var routes = new TwoRoutes(o => o.Telemetry.CaptureContent = option);
            routes.A.OnStream = _ => Updates.Of(Updates.Thought("hm"), Piece("the answer"), Usage(1, 1), Updates.End());

            await routes.Client.GenerateAsync(new LlmRequest([new ChatMessage(ChatRole.System, "be brief"), new ChatMessage(ChatRole.User, "the question")]), Token);

            var call = Assert.Single(recorder.Calls);
            var (input, output) = ((string?)call.GetTagItem("gen_ai.input.messages"), (string?)call.GetTagItem("gen_ai.output.messages"));
            if (!expected)
            {
                Assert.Equal((null, null), (input, output));
                return;
            }

            Assert.Equal(
                """[{"role":"system","parts":[{"type":"text","content":"be brief"}]},{"role":"user","parts":[{"type":"text","content":"the question"}]}]""", input);
            Assert.Equal(
                """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"the answer"}],"finish_reason":"stop"}]""", output);
            Assert.DoesNotContain(recorder.Requests.Single().TagObjects, tag => tag.Value is string text && text.Contains("the question", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable(ContentVariable, before);
        }
    }

    [Fact]
    public async Task Tool_calls_and_their_results_are_written_in_the_shape_of_the_conventions()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o => (o.Telemetry.CaptureContent, o.Models["a"].SupportsVision) = (true, true));
        routes.A.OnWhole = _ => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "It rains.")) { FinishReason = ChatFinishReason.Stop });
        routes.A.Capabilities = routes.A.Capabilities with { PrefersStreaming = false };
        ChatMessage[] messages =
        [
            new(ChatRole.User, [new TextContent("look"), new DataContent(new byte[] { 1, 2 }, "image/png")]),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Paris" })]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "rain")]),
        ];

        await routes.Client.GenerateAsync(new LlmRequest(messages), Token);

        using var input = JsonDocument.Parse((string)recorder.Calls.Single().GetTagItem("gen_ai.input.messages")!);
        var parts = input.RootElement.EnumerateArray().SelectMany(message => message.GetProperty("parts").EnumerateArray()).ToList();
        Assert.Equal(["text", "blob", "tool_call", "tool_call_response"], parts.Select(part => part.GetProperty("type").GetString()));
        Assert.Equal("image", parts[1].GetProperty("modality").GetString());
        Assert.Equal("Paris", parts[2].GetProperty("arguments").GetProperty("city").GetString());
        Assert.Equal("rain", parts[3].GetProperty("response").GetString());
    }

    [Fact]
    public async Task Without_a_listener_nothing_is_watched_and_metrics_do_not_need_traces()
    {
        await using var routes = new TwoRoutes();
        await routes.AskAsync();
        using var recorder = new TelemetryRecorder(traces: false);
        routes.A.OnStream = _ => Updates.Of(Piece("alpha"), Usage(11, 2), Updates.End());

        await routes.AskAsync();

        Assert.Empty(recorder.Spans);
        Assert.Equal(13, recorder.Sum("gen_ai.client.token.usage"));
        Assert.Equal(1, recorder.Count("hybridllm.request.duration"));
    }

    /// <summary>A client that is wrapped with <c>UseOpenTelemetry</c>: it makes a CLIENT span and says by its activity source that it does.</summary>
    private sealed class ReportingClient : IChatClient
    {
        private readonly ActivitySource _source = new("Client's own");

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            using var activity = _source.StartActivity("chat c", ActivityKind.Client);
            await Task.Yield();
            return new(new ChatMessage(ChatRole.Assistant, "gamma")) { Usage = new() { InputTokenCount = 1, OutputTokenCount = 1 } };
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Updates.Of("gamma", cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ActivitySource) ? _source : null;

        public void Dispose() => _source.Dispose();
    }
}
