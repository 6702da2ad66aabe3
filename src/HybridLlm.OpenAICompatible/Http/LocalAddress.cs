using System.Net;
using System.Net.Sockets;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Judges by its address whether a server is on this machine or network. In doubt it is not: privacy rules depend on it.</summary>
internal static class LocalAddress
{
    internal static bool IsLocal(Uri endpoint)
    {
        if (endpoint.IsLoopback)
        {
            return true;
        }

        if (IPAddress.TryParse(endpoint.DnsSafeHost, out var address))
        {
            return IsPrivate(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        }

        var host = endpoint.DnsSafeHost;
        return !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        }

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes switch
        {
            [10, ..] or [127, ..] or [192, 168, ..] or [169, 254, ..] => true,
            [172, var second, ..] => second is >= 16 and <= 31,
            _ => false,
        };
    }
}
