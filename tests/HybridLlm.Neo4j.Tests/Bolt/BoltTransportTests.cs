using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HybridLlm.Neo4j.Bolt;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests.Bolt;

/// <summary>What only Bolt has.</summary>
[Collection(RealNeo4j.Collection)]
public sealed class BoltTransportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bolt")]
    [InlineData("neo4j")]
    [InlineData("bolt+s")]
    [InlineData("neo4j+ssc")]
    public async Task Addresses_of_Bolt_are_the_drivers(string scheme)
    {
        using var clients = new Clients();

        await using var transport = Transports.Create(new() { Uri = scheme + "://localhost" }, clients);

        Assert.IsType<BoltTransport>(transport);
    }

    [Fact]
    public async Task A_connection_that_was_closed_while_idle_is_not_used()
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        await using var relay = new Relay(database.Options().Uri);
        await using var transport = database.Transport(options => options.Uri = relay.Uri);
        for (var i = 1; i <= 5; i++)
        {
            // Not to be repeated: so it must succeed at once.
            Assert.Equal(i, (await transport.RunAsync(new("CREATE (:Hybridllm) WITH 1 AS x MATCH (n:Hybridllm) RETURN count(n)"), Token)).Count);
            relay.Cut();
        }
    }

    [Fact]
    public async Task A_statement_that_was_given_up_ends_in_the_server_too()
    {
        const string Running = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range(1, 1000000000000)' RETURN count(*)";
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        await using var transport = database.Transport();
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var endless = transport.RunAsync(CypherStatement.Read("UNWIND range(1, 1000000000000) AS x RETURN sum(x)"), givingUp.Token);
        await Wait.UntilAsync(async () => await database.CountAsync(Running) == 1);

        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        await Wait.UntilAsync(async () => await database.CountAsync(Running) == 0);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_given_up()
    {
        var reader = new BoltReader(maxBytes: 1000);

        Assert.Equal("abc", reader.Read("abc"));
        var failure = Assert.Throws<Neo4jMetricsException>(() => reader.Read(Enumerable.Repeat((object?)1L, 200).ToList()));

        Assert.Equal(Neo4jFault.Unexpected, failure.Fault);
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        await using var transport = database.Transport();
        await Assert.ThrowsAsync<Neo4jMetricsException>(() => transport.RunAsync(CypherStatement.Read("UNWIND range(1, 20000000) AS x RETURN [y IN range(1, 10000) | x]"), Token));
        Assert.Equal(1, (await transport.RunAsync(CypherStatement.Read("RETURN 1"), Token)).Count);
    }

    [Fact]
    public async Task The_http_port_is_none_of_Bolt_and_says_so()
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        await using var http = await RealNeo4j.OpenAsync(Wire.Http);

        var failure = await FailAsync(database, $"bolt://{new Uri(http.Options().Uri).Authority}");

        Assert.Equal(Neo4jFault.Misconfigured, failure.Fault);
        Assert.Contains("Write the Bolt address of the server", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt+s", "If it has no TLS there, write bolt:// or neo4j://.")]
    [InlineData("neo4j+ssc", "With bolt instead of neo4j the driver tells more.")]
    public async Task Tls_to_a_server_without_it_says_so(string scheme, string remedy)
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);

        var failure = await FailAsync(database, $"{scheme}://{new Uri(database.Options().Uri).Authority}");

        Assert.Equal(Neo4jFault.ConnectionLost, failure.Fault);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_says_so()
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        await using var server = new UntrustedServer();

        var failure = await FailAsync(database, $"bolt+s://127.0.0.1:{server.Port}");

        Assert.Equal(Neo4jFault.Misconfigured, failure.Fault);
        Assert.Contains("make this machine trust its certificate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transport_that_was_disposed_of_is_not_used()
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Bolt);
        var transport = database.Transport();
        await transport.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => transport.RunAsync(CypherStatement.Read("RETURN 1"), Token));
    }

    private static async Task<Neo4jMetricsException> FailAsync(RealNeo4j database, string uri)
    {
        await using var transport = database.Transport(options => options.Uri = uri);
        return await Assert.ThrowsAsync<Neo4jMetricsException>(() => transport.RunAsync(CypherStatement.Read("RETURN 1"), Token));
    }

    /// <summary>Has TLS with a certificate that nobody vouches for.</summary>
    private sealed class UntrustedServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _serving;

        public UntrustedServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _serving;
            _listener.Dispose();
            _stopping.Dispose();
        }

        private async Task ServeAsync()
        {
            using var key = RSA.Create(2048);
            using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                    await using var secure = new SslStream(client.GetStream());
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stopping.Token);
                }
                catch (Exception exception) when (exception is OperationCanceledException or IOException or AuthenticationException)
                {
                    // The client does not trust it, or the test is over.
                }
            }
        }
    }
}
