using System.Text.Json;
using HybridLlm.Conformance;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>A provider of some type before a server that replays answers path by path.</summary>
internal sealed class Flavor : IAsyncDisposable
{
    private readonly Dictionary<string, Func<string>> _answers = [];
    private readonly ProviderHost _host = new();
    private readonly TranscriptServer _server;
    private readonly OpenAICompatibleOptions _options;

    internal Flavor(string type, string path = "")
    {
        _server = new(ServeAsync);
        _options = new OpenAICompatibleOptions { Type = type, Endpoint = _server.Endpoint + path };
        _host.AddOpenAICompatible();
    }

    internal ILlmProvider Provider => _host.Create(_options);

    internal JsonElement LastBody => JsonElement.Parse(_server.Requests.Last(request => request.Body.Length > 0).Body);

    internal IEnumerable<string> Calls => _server.Requests.Select(request => request.RequestLine[..request.RequestLine.LastIndexOf(' ')]);

    internal Flavor On(string call, string answer) => On(call, () => answer);

    internal Flavor On(string call, Func<string> answer)
    {
        _answers[call] = answer;
        return this;
    }

    /// <summary>Answers with a recording.</summary>
    internal Flavor Replay(string call, string recorder, string name) => On(call, System.Text.Encoding.Latin1.GetString(Transcripts.Response(recorder, name)));

    internal Task<ChatResponse> AskAsync(ChatOptions? options = null, string model = "m") =>
        Provider.GetChatClient(model).GetResponseAsync("Hi", options, TestContext.Current.CancellationToken);

    internal async Task<string> StreamAsync(ChatOptions? options = null, string model = "m")
    {
        var text = "";
        await foreach (var update in Provider.GetChatClient(model).GetStreamingResponseAsync("Hi", options, TestContext.Current.CancellationToken))
        {
            text += update.Text;
        }

        return text;
    }

    internal async Task<ProviderException> FailAsync(bool streamed, string model = "m") =>
        await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            if (streamed)
            {
                await StreamAsync(model: model);
            }
            else
            {
                await AskAsync(model: model);
            }
        });

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(TranscriptConnection connection)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            var call = request.RequestLine[..request.RequestLine.LastIndexOf(' ')];
            var answer = _answers.TryGetValue(call, out var make) ? make() : Wire.Json("{\"detail\":\"Not Found\"}", 404);
            await connection.SendAsync(System.Text.Encoding.Latin1.GetBytes(answer));
            if (answer.Contains("chunked", StringComparison.OrdinalIgnoreCase) && !answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
            {
                return; // A recording that was cut: so is this connection.
            }
        }
    }
}
