using System.Net;
using System.Net.Sockets;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Picks the port for a server. llama-server can pick one itself, but says which only in its log.</summary>
internal static class FreePort
{
    /// <summary>Finds a port of the loopback interface that nobody listens on.</summary>
    /// <returns>The port. Someone else may take it before the server does; the supervisor then asks again.</returns>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
