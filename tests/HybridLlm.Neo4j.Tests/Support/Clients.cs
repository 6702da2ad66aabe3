using HybridLlm.Neo4j.Http;

namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>HTTP clients with the handler of the package.</summary>
internal sealed class Clients : IHttpClientFactory, IDisposable
{
    private readonly SocketsHttpHandler _handler = QueryApiTransport.CreateHandler();

    public HttpClient CreateClient(string name) => new(_handler, disposeHandler: false);

    public void Dispose() => _handler.Dispose();
}
