using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing;

/// <summary>A request that a simulator received, and what became of it.</summary>
public sealed class RecordedRequest
{
    private readonly WireRequest _request;
    private readonly TaskCompletionSource<RequestOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _statusCode;
    private volatile int _tokensSent;
    private int _outcome;

    internal RecordedRequest(long number, WireRequest request, DateTimeOffset receivedAt, bool isGeneration)
    {
        Number = number;
        ReceivedAt = receivedAt;
        IsGeneration = isGeneration;
        _request = request;
    }

    /// <summary>Gets the number of the request on this simulator, from 1.</summary>
    public long Number { get; }

    /// <summary>Gets the HTTP method.</summary>
    public string Method => _request.Method;

    /// <summary>Gets the path, without the query.</summary>
    public string Path => _request.Path;

    /// <summary>Gets the query without its question mark; empty when there is none.</summary>
    public string Query => _request.Query;

    /// <summary>Gets the headers in the order in which they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _request.Headers;

    /// <summary>Gets the bytes of the body.</summary>
    public ReadOnlyMemory<byte> Body => _request.Body;

    /// <summary>Gets the body as text, read as UTF-8.</summary>
    public string BodyText => Encoding.UTF8.GetString(_request.Body);

    /// <summary>Gets when the request was read, by the simulator's clock.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Gets a value indicating whether the request asks a model for something, rather than the server about itself.</summary>
    public bool IsGeneration { get; }

    /// <summary>Gets the fault that the simulator applied; <see langword="null"/> for none.</summary>
    public Fault? Fault { get; internal set; }

    /// <summary>Gets the status of the answer; <see langword="null"/> while no byte of it was sent.</summary>
    public int? StatusCode => _statusCode == 0 ? null : _statusCode;

    /// <summary>Gets the number of generated tokens that were sent so far.</summary>
    public int TokensSent => _tokensSent;

    /// <summary>Gets what became of the request so far.</summary>
    public RequestOutcome Outcome => (RequestOutcome)Volatile.Read(ref _outcome);

    /// <summary>Gets a task that completes with the outcome when the simulator is done with the request.</summary>
    public Task<RequestOutcome> Completion => _completion.Task;

    /// <summary>Gets what a script of the test threw, or a mistake of the simulator; <see langword="null"/> for none.</summary>
    public Exception? Error { get; internal set; }

    /// <summary>Returns a header of the request.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The value; <see langword="null"/> when there is no such header.</returns>
    public string? Header(string name) => _request.Header(name);

    /// <summary>Parses the body as JSON.</summary>
    /// <returns>The root of the body.</returns>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public JsonElement Json() => JsonElement.Parse(_request.Body);

    /// <inheritdoc />
    public override string ToString() => $"#{Number} {Method} {Path}: {Outcome}{(StatusCode is { } status ? $" {status}" : string.Empty)}";

    internal void AddTokens(int count) => Interlocked.Add(ref _tokensSent, count);

    internal void SetStatus(int status) => _statusCode = status;

    internal void Complete(RequestOutcome outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, (int)outcome, (int)RequestOutcome.Pending) == (int)RequestOutcome.Pending)
        {
            _completion.TrySetResult(outcome);
        }
    }
}
