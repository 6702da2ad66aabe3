using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Conformance;

/// <summary>The whole bodies that a provider sends, to be compared with the sheet of its wire.</summary>
public static class RequestCapture
{
    private const string Stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private const string Whole = """{"choices":[{"index":0,"message":{"role":"assistant","content":"{}"},"finish_reason":"stop"}]}""";

    private static readonly JsonElement WeatherSchema = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

    private static readonly JsonElement LabelSchema = JsonElement.Parse("""{"type":"object","properties":{"label":{"type":"string","enum":["a","b"]},"score":{"type":"number"}},"required":["label"],"additionalProperties":false}""");

    /// <summary>Gets a conversation with a call of a tool and its result.</summary>
    public static IReadOnlyList<ChatMessage> Conversation { get; } =
    [
        new(ChatRole.System, "Be brief."),
        new(ChatRole.User, "Weather in Zürich?"),
        new(ChatRole.Assistant, [new FunctionCallContent("call_1", "get_weather", new Dictionary<string, object?> { ["city"] = "Zürich" })]),
        new(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny")]),
    ];

    /// <summary>Gets options that set everything that has a name of its own, with a tool.</summary>
    public static ChatOptions Everything => new()
    {
        Temperature = 0.5f,
        TopP = 0.75f,
        TopK = 40,
        Seed = 7,
        FrequencyPenalty = 0.25f,
        PresencePenalty = -0.25f,
        MaxOutputTokens = 64,
        StopSequences = ["END"],
        Reasoning = new() { Effort = ReasoningEffort.Low },
        Tools = [AIFunctionFactory.CreateDeclaration("get_weather", "The weather", WeatherSchema)],
        ToolMode = ChatToolMode.Auto,
        AllowMultipleToolCalls = false,
    };

    /// <summary>Gets options that ask for JSON after a schema.</summary>
    public static ChatOptions Labelled => new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(LabelSchema, "label") };

    /// <summary>Captures the body of a chat request.</summary>
    /// <param name="register">Adds the provider's package.</param>
    /// <param name="options">The provider's options.</param>
    /// <param name="model">The model.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="chat">The options of the request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The body.</returns>
    public static async Task<JsonElement> OfChatAsync(
        Action<IHybridLlmBuilder> register, ProviderOptions options, string model, IEnumerable<ChatMessage> messages, ChatOptions chat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(register);
        await using var host = new ProviderHost();
        var captured = new List<string>();
        host.Services.AddHttpClient("HybridLlm:" + ProviderHost.ProviderName).ConfigurePrimaryHttpMessageHandler(() => new Handler(captured));
        register(host);
        await host.Create(options).GetChatClient(model).GetResponseAsync(messages, chat, cancellationToken);
        return JsonElement.Parse(Assert.Single(captured));
    }

    private sealed class Handler(List<string> captured) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is null || !request.RequestUri!.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal))
            {
                return new(HttpStatusCode.NotFound) { Content = new StringContent("{}") };
            }

            var body = await request.Content.ReadAsStringAsync(cancellationToken);
            captured.Add(body);
            var streams = JsonElement.Parse(body).TryGetProperty("stream", out var stream) && stream.GetBoolean();
            return new(HttpStatusCode.OK) { Content = new StringContent(streams ? Stream : Whole, new MediaTypeHeaderValue(streams ? "text/event-stream" : "application/json")) };
        }
    }
}
