using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Http;

/// <summary>Runs statements through Neo4j's HTTP Query API v2.</summary>
/// <remarks>
/// An answer is 202 whether or not the statement succeeded: what counts is whether its body holds errors. Plain JSON goes both ways; see
/// <see cref="JsonValues"/>. Fields that older servers do not know would make them refuse the request, so only those of 5.25 are sent.
/// </remarks>
internal sealed class QueryApiTransport : ICypherTransport
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "HybridLlm.Neo4j";

    /// <summary>The largest answer that is read: some twenty times a page of outcomes.</summary>
    public const int MaxAnswerBytes = 64 * 1024 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _client;
    private readonly string _database;
    private readonly Uri _root;
    private readonly Uri _endpoint;
    private readonly AuthenticationHeaderValue? _authorization;

    public QueryApiTransport(IHttpClientFactory clients, Neo4jMetricsOptions options)
    {
        // Kept: the last outcomes are stored when the application's services are already being disposed of, and its connections are renewed by themselves.
        _client = clients.CreateClient(ClientName);
        _client.Timeout = Timeout.InfiniteTimeSpan;
        _database = options.Database;
        _root = new Uri(options.Uri.TrimEnd('/') + "/");
        _endpoint = new Uri(_root, $"db/{Uri.EscapeDataString(options.Database)}/query/v2");
        _authorization = options.Password is { } password
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{password}")))
            : null;
    }

    /// <summary>Makes the connections: fewer idle seconds than the 30 after which the server closes them, so that none is used as it closes.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <inheritdoc />
    public async Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ReadOnlyMemoryContent(Serialize(statement)) };
        request.Content.Headers.ContentType = Json;
        var (status, body) = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = QueryAnswer.TryRead(body.Span);
        if (answer is { Error: { } error })
        {
            throw await ExplainAsync(status, error.Code, error.Message, cancellationToken).ConfigureAwait(false);
        }

        return answer is not null && (int)status is >= 200 and < 300 ? answer.Result : throw NoAnswer(status, body.Span);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes the body of a request.</summary>
    internal static byte[] Serialize(CypherStatement statement)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("statement"u8, statement.Text);
            writer.WritePropertyName("parameters"u8);
            JsonValues.WriteMap(writer, statement.Parameters);
            if (statement.Reads)
            {
                writer.WriteString("accessMode"u8, "Read"u8);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _authorization;
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return (response.StatusCode, await ReadAsync(stream, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw new Neo4jMetricsException(
                Neo4jFault.Misconfigured,
                $"No secure connection to {_root}: {exception.InnerException.Message} If the server has no TLS there, write http:// in HybridLlm:Metrics:Neo4j:Uri; otherwise make this machine trust its certificate.",
                inner: exception);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException and not Neo4jMetricsException
            || (exception is OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested))
        {
            throw new Neo4jMetricsException(
                Neo4jFault.ConnectionLost,
                $"No answer from {_root}: {exception.Message} Is the server running, and is HybridLlm:Metrics:Neo4j:Uri its HTTP address?",
                inner: exception);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        int read;
        while ((read = await stream.ReadAsync(buffer.GetMemory(4096), cancellationToken).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxAnswerBytes)
            {
                throw new Neo4jMetricsException(Neo4jFault.Unexpected, $"An answer of the database has more than {MaxAnswerBytes} bytes.");
            }
        }

        return buffer.WrittenMemory;
    }

    private async Task<Neo4jMetricsException> ExplainAsync(HttpStatusCode status, string code, string message, CancellationToken cancellationToken) =>
        status == HttpStatusCode.NotFound && code == "Neo.ClientError.Request.Invalid"
            ? new(
                Neo4jFault.Misconfigured,
                $"The server at {_root}{await VersionAsync(cancellationToken).ConfigureAwait(false)} has no Query API. Use Neo4j 5.25 or newer, or add QUERY_API_ENDPOINTS to its setting server.http_enabled_modules.",
                code)
            : ServerErrors.Create(code, message, _database);

    /// <summary>Asks for the version, which the server tells everybody; for an error message only.</summary>
    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _root);
            var (_, body) = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("neo4j_version", out var version) ? $" (Neo4j {version.GetString()})" : "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or Neo4jMetricsException)
        {
            // What is reported is the missing API; its version would only have explained it.
            return "";
        }
    }

    private Neo4jMetricsException NoAnswer(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 2000)]);
        return (int)status switch
        {
            200 when body.IsEmpty => new(
                Neo4jFault.Misconfigured,
                $"{_root} answers without a body, as the Bolt port does. Write the HTTP address of the server in HybridLlm:Metrics:Neo4j:Uri (usually port 7474, with TLS 7473)."),
            400 when text.Contains("plaintext connection", StringComparison.OrdinalIgnoreCase) || text.Contains("plain HTTP request", StringComparison.OrdinalIgnoreCase) => new(
                Neo4jFault.Misconfigured, $"{_root} wants TLS. Write https:// in HybridLlm:Metrics:Neo4j:Uri."),
            >= 200 and < 300 => new(
                Neo4jFault.ConnectionLost, $"The answer of {_root} has no end: the server was stopped, or something between cut it."),
            >= 500 => new(Neo4jFault.ConnectionLost, $"{_root} answers with status {(int)status} and nothing that Neo4j would say: a proxy without a server behind it?"),
            _ => new(
                Neo4jFault.Misconfigured, $"{_root} answers with status {(int)status} and nothing that Neo4j would say. Is HybridLlm:Metrics:Neo4j:Uri the address of a Neo4j server?"),
        };
    }
}
