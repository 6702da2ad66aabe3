using System.Net;

namespace HybridLlm.Conformance.Fuzz;

/// <summary>Stands in for the network: lets requests through to a server and keeps what it answers, or answers with what was kept.</summary>
internal sealed class PlaybackHandler : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Method, string Path), int> _asked = [];
    private readonly List<WireAnswer> _recorded = [];
    private HttpMessageInvoker? _network = new(new SocketsHttpHandler { UseProxy = false });
    private ILookup<(string Method, string Path), WireAnswer>? _script;
    private WireAnswer? _damaged;
    private int _pieceSeed;

    /// <summary>Begins to keep what the server answers.</summary>
    internal void Record()
    {
        _script = null;
        _recorded.Clear();
    }

    /// <summary>Gets what the server has answered since <see cref="Record"/>, in its order.</summary>
    internal WireAnswer[] Recorded => [.. _recorded];

    /// <summary>Begins to answer from a script.</summary>
    /// <param name="script">The answers; the same call again gets the next one, or the last.</param>
    /// <param name="damaged">What the first call of its kind gets instead.</param>
    /// <param name="pieceSeed">Decides in which pieces its body comes.</param>
    internal void Play(ILookup<(string Method, string Path), WireAnswer> script, WireAnswer damaged, int pieceSeed)
    {
        _script = script;
        _damaged = damaged;
        _pieceSeed = pieceSeed;
        _asked.Clear();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = (request.Method.Method, request.RequestUri!.AbsolutePath);
        return _script is null ? RecordAsync(call, request, cancellationToken) : Task.FromResult(Next(call, _script));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _network?.Dispose();
            _network = null;
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> RecordAsync((string Method, string Path) call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_network is null, this);
        var response = await _network.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (_lock)
        {
            _recorded.Add(new(call.Method, call.Path, (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), body));
        }

        return response;
    }

    private HttpResponseMessage Next((string Method, string Path) call, ILookup<(string Method, string Path), WireAnswer> script)
    {
        int count;
        lock (_lock)
        {
            if (_damaged is { } damaged && damaged.Call == call)
            {
                _damaged = null;
                return Answer(damaged, new Random(_pieceSeed).Next(damaged.Body.Length + 1));
            }

            count = _asked[call] = _asked.GetValueOrDefault(call) + 1;
        }

        return script[call].Take(count).LastOrDefault() is { } answer ? Answer(answer, 0) : Answer(new(call.Method, call.Path, 404, "application/json", """{"detail":"Not Found"}"""u8.ToArray()), 0);
    }

    private static HttpResponseMessage Answer(WireAnswer answer, int split)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new StreamContent(new Pieces(answer.Body, split)) };
        if (answer.ContentType is { } type)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return response;
    }

    /// <summary>A body that comes in two pieces.</summary>
    private sealed class Pieces(byte[] body, int split) : MemoryStream(body, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var end = Position < split ? split : Length;
            return new(Read(buffer.Span[..(int)Math.Min(buffer.Length, end - Position)]));
        }
    }
}
