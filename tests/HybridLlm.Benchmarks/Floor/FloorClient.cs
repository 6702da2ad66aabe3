using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace HybridLlm.Benchmarks.Floor;

/// <summary>The least that a call can cost in .NET without giving up types: an <see cref="HttpClient"/> and source-generated JSON, and nothing around them.</summary>
internal sealed class FloorClient(Uri address) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
    private readonly FloorMessage[] _messages = [new("user", FloorComparison.Prompt)];

    /// <summary>Asks for a whole answer.</summary>
    /// <returns>The length of its text.</returns>
    public async Task<int> AskAsync()
    {
        using var content = Content(stream: null);
        using var response = await _http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content).ConfigureAwait(false);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(FloorJson.Default.FloorResponse).ConfigureAwait(false);
        return answer!.Choices[0].Message!.Content.Length;
    }

    /// <summary>Asks for a stream.</summary>
    /// <returns>How many pieces of text it had.</returns>
    public async Task<int> StreamAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Content(stream: true) };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        var stream = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync().ConfigureAwait(false);
        await using var disposal = stream.ConfigureAwait(false);
        var pieces = 0;
        await foreach (var item in SseParser.Create(stream, static (_, data) => data.StartsWith("[DONE]"u8) ? null : JsonSerializer.Deserialize(data, FloorJson.Default.FloorResponse)).EnumerateAsync().ConfigureAwait(false))
        {
            pieces += item.Data is { Choices: [{ Delta.Content: not null }, ..] } ? 1 : 0;
        }

        return pieces;
    }

    public void Dispose() => _http.Dispose();

    private ByteArrayContent Content(bool? stream) => new(JsonSerializer.SerializeToUtf8Bytes(new("m", _messages, stream), FloorJson.Default.FloorRequest))
    {
        Headers = { ContentType = Json },
    };
}
