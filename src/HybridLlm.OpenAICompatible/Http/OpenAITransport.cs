using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Errors;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Sends requests to one server and turns every failure into a <see cref="ProviderException"/>.</summary>
internal sealed class OpenAITransport
{
    /// <summary>The longest answer that is read at once, and the longest event of a stream.</summary>
    internal const int MaxAnswerBytes = 64 * 1024 * 1024;

    private const int MaxErrorBytes = 64 * 1024;

    private readonly KeptHttpClient _client;
    private readonly Func<Uri> _baseAddress;
    private readonly string? _authorization;
    private readonly KeyValuePair<string, string>[] _headers;

    internal OpenAITransport(
        string provider,
        IHttpClientFactory clients,
        Func<Uri> baseAddress,
        OpenAICompatibleOptions options,
        OpenAIDialect dialect,
        TimeProvider clock)
    {
        Provider = provider;
        Dialect = dialect;
        Clock = clock;
        _client = new(clients, ProviderHttpClientSetup.ClientName(provider), clock);
        _baseAddress = baseAddress;
        _authorization = string.IsNullOrEmpty(options.ApiKey) ? null : "Bearer " + options.ApiKey;
        _headers = [.. options.Headers];
        Secrets = new(options.ApiKey, _headers);
    }

    private OpenAITransport(OpenAITransport other, OpenAIDialect dialect)
    {
        Provider = other.Provider;
        Dialect = dialect;
        Clock = other.Clock;
        _client = other._client;
        _baseAddress = other._baseAddress;
        _authorization = other._authorization;
        _headers = other._headers;
        Secrets = other.Secrets;
    }

    internal string Provider { get; }

    internal OpenAIDialect Dialect { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Gets what the server is sent and errors must not repeat.</summary>
    internal Secrets Secrets { get; }

    internal Uri BaseAddress => _baseAddress();

    /// <summary>Gets the transport for requests to one model, whose dialect may be another than the server's.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The transport; it shares its connections with this one.</returns>
    internal OpenAITransport For(string modelId) =>
        Dialect.ForModel(modelId) is var dialect && ReferenceEquals(dialect, Dialect) ? this : new OpenAITransport(this, dialect);

    /// <summary>Sends a request and waits for the headers of its answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="address">The address.</param>
    /// <param name="content">The body; given back to the pool when it is sent.</param>
    /// <param name="modelId">The model that the request is for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>An answer with a status of success, its body not yet read.</returns>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, PooledJsonContent? content, string? modelId, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        if (_authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        }

        foreach (var (name, value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response;
        try
        {
            response = await _client.Get().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ProviderException)
        {
            throw TransportErrors.Translate(e, Provider, modelId, answering: false, cancellationToken);
        }

        // From HTTP/2 on an answer may begin before its request is sent to the end.
        if (response.Version.Major == 1)
        {
            content?.Return();
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadErrorAsync(response, modelId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request and reads its answer, a JSON document.</summary>
    /// <param name="method">The method.</param>
    /// <param name="address">The address.</param>
    /// <param name="writeBody">Writes the body; <see langword="null"/> for none.</param>
    /// <param name="timeout">The budget for all of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document.</returns>
    internal Task<JsonDocument> SendJsonAsync(HttpMethod method, Uri address, Action<Utf8JsonWriter>? writeBody, TimeSpan timeout, CancellationToken cancellationToken) =>
        WithinAsync(timeout, async token =>
        {
            var content = writeBody is null ? null : PooledJsonContent.Create(writeBody, static (writer, write) => write(writer));
            using var response = await SendAsync(method, address, content, null, token).ConfigureAwait(false);
            using var body = await ReadBodyAsync(response, null, token).ConfigureAwait(false);
            try
            {
                return JsonText.Parse(body.Span);
            }
            catch (JsonException e)
            {
                throw NotJson(body.Span, null, e);
            }
        }, cancellationToken);

    /// <summary>Gets a document of whatever kind.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="address">The address.</param>
    /// <param name="read">Reads the document.</param>
    /// <param name="timeout">The budget for all of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was made of it.</returns>
    internal Task<T> GetAsync<T>(Uri address, Func<PooledBuffer, T> read, TimeSpan timeout, CancellationToken cancellationToken) =>
        WithinAsync(timeout, async token =>
        {
            using var response = await SendAsync(HttpMethod.Get, address, null, null, token).ConfigureAwait(false);
            using var body = await ReadBodyAsync(response, null, token).ConfigureAwait(false);
            return read(body);
        }, cancellationToken);

    /// <summary>Asks for an address and is content with a status of success.</summary>
    /// <param name="address">The address.</param>
    /// <param name="timeout">The budget for all of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the server has answered.</returns>
    internal Task ProbeAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) =>
        GetAsync(address, static _ => true, timeout, cancellationToken);

    /// <summary>Reads the body of an answer whole.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="modelId">The model that the request was for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The body; the caller disposes it.</returns>
    internal async ValueTask<PooledBuffer> ReadBodyAsync(HttpResponseMessage response, string? modelId, CancellationToken cancellationToken)
    {
        var buffer = new PooledBuffer((int)Math.Clamp(response.Content.Headers.ContentLength + 1 ?? 4096, 256, 1024 * 1024));
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (await stream.ReadAsync(buffer.GetMemory(), cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                buffer.Advance(count);
                if (buffer.Length > MaxAnswerBytes)
                {
                    throw Fail(ProviderErrorKind.InvalidResponse, $"answered with more than {MaxAnswerBytes / 1024 / 1024} MB", modelId, buffer.Span);
                }
            }

            return buffer;
        }
        catch (Exception e)
        {
            buffer.Dispose();
            if (e is ProviderException)
            {
                throw;
            }

            throw TransportErrors.Translate(e, Provider, modelId, answering: true, cancellationToken);
        }
    }

    /// <summary>Makes an exception for an answer that is not what the protocol says.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="what">What the server did, after its name.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="answer">The answer, or what there is of it.</param>
    /// <param name="inner">The cause.</param>
    /// <returns>The exception.</returns>
    internal ProviderException Fail(ProviderErrorKind kind, string what, string? modelId, ReadOnlySpan<byte> answer = default, Exception? inner = null) =>
        new(kind, Secrets.Clean($"Provider '{Provider}' {what}."), inner)
        {
            Provider = Provider,
            ModelId = modelId,
            ResponseExcerpt = Excerpts.Cut(answer) is { } excerpt ? Secrets.Clean(excerpt) : null,
        };

    internal ProviderException NotJson(ReadOnlySpan<byte> answer, string? modelId, Exception? inner) =>
        Fail(ProviderErrorKind.InvalidResponse, "answered with something that is not JSON", modelId, answer, inner);

    private async Task<ProviderException> ReadErrorAsync(HttpResponseMessage response, string? modelId, CancellationToken cancellationToken)
    {
        using var body = new PooledBuffer(1024);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (body.Length < MaxErrorBytes && await stream.ReadAsync(body.GetMemory(), cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                body.Advance(count);
            }
        }
        catch (Exception e) when (TransportErrors.Translate(e, Provider, modelId, answering: true, cancellationToken) is var translated)
        {
            if (translated is OperationCanceledException)
            {
                throw translated;
            }

            // The status alone is a good answer: what is there of the body will do.
        }

        var error = ErrorBody.Parse((int)response.StatusCode, body.Span);
        return OpenAIErrors.ToException(RetryHints.Read(response, error, Clock), this, modelId);
    }

    /// <summary>Holds work to a time budget.</summary>
    /// <typeparam name="T">What the work comes to.</typeparam>
    /// <param name="timeout">The budget.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>What the work came to.</returns>
    /// <exception cref="ProviderException">The budget ran out.</exception>
    internal async Task<T> WithinAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(timeout, Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            return await work(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fail(ProviderErrorKind.Timeout, $"did not answer within {timeout.TotalSeconds:0.#} s", null, default, e);
        }
    }
}
