using System.Text.Json;
using System.Text.Unicode;
using HybridLlm.Testing.Faults;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing;

/// <summary>A request on its way through a simulator, with what it takes to answer it.</summary>
internal sealed class Exchange(LlmSimulator backend, WireRequest request, RecordedRequest record, Fault? fault, ResponseWriter response, bool lastOnConnection)
{
    public LlmSimulator Backend => backend;

    public WireRequest Request => request;

    public RecordedRequest Record => record;

    public Fault? Fault => fault;

    public ResponseWriter Response => response;

    /// <summary>Gets the token that is canceled when the simulator drops its connections.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Gets the token that is canceled then, and when the client leaves.</summary>
    public required CancellationToken Gone { get; init; }

    /// <summary>Parses the body, which must be JSON in UTF-8; a byte order mark is passed over.</summary>
    /// <exception cref="JsonException">It is not.</exception>
    public JsonElement Json()
    {
        var body = request.Body.AsMemory();
        body = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        return Utf8.IsValid(body.Span) ? JsonElement.Parse(body.Span) : throw new JsonException("The body is not UTF-8.", null, 0, 0);
    }

    /// <summary>Sends a whole answer, with what the fault makes of its body.</summary>
    public async Task SendAsync(Answer answer)
    {
        var body = PlainBody.Of(answer.Body);
        if (fault is not null && answer.Status == 200)
        {
            body = fault.ShapePlain(body, backend);
        }

        if (body.Sent >= 0)
        {
            var head = Head(answer.Status, answer.ContentType, answer.Extra);
            var chunked = answer.Chunked || body.Bytes.Length > backend.ChunksAbove;
            await (chunked ? SendChunkedAsync(head, body) : response.SendPartAsync(head with { ContentLength = body.Bytes.Length }, body.Bytes[..body.Sent])).ConfigureAwait(false);
            record.SetStatus(answer.Status);
        }

        await EndAsync(body.Ending).ConfigureAwait(false);
    }

    public async Task StartStreamAsync(string contentType, IReadOnlyList<KeyValuePair<string, string>> extra)
    {
        if (!response.Started)
        {
            await response.StartChunkedAsync(Head(200, contentType, extra)).ConfigureAwait(false);
            record.SetStatus(200);
        }
    }

    /// <summary>Leaves the connection as it is, hangs until the client leaves, or ends the connection.</summary>
    public async Task EndAsync(Ending ending)
    {
        switch (ending)
        {
            case Ending.Stall:
                backend.Changed();
                await Task.Delay(Timeout.InfiniteTimeSpan, Gone).ConfigureAwait(false);
                break;
            case Ending.Close:
                response.Close();
                break;
            case Ending.Reset:
                response.Reset();
                break;
            case Ending.Whole:
            default:
                break;
        }
    }

    private async Task SendChunkedAsync(ResponseHead head, PlainBody body)
    {
        await response.StartChunkedAsync(head).ConfigureAwait(false);
        await response.WriteChunkAsync(body.Bytes[..body.Sent]).ConfigureAwait(false);
        if (body.Sent == body.Bytes.Length && body.Ending == Ending.Whole)
        {
            await response.EndChunksAsync().ConfigureAwait(false);
        }
    }

    private ResponseHead Head(int status, string? contentType, IReadOnlyList<KeyValuePair<string, string>> extra) =>
        new(status, fault?.ShapeContentType(contentType) ?? contentType)
        {
            Extra = extra,
            Close = lastOnConnection || request.WantsClose || backend.ClosesAfter(status),
        };
}
