using System.ComponentModel;
using System.Threading.Channels;
using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Doubles;

/// <summary>Starts <see cref="FakeServer"/>s and hands them to the test. It is also their health check.</summary>
internal sealed class FakeLauncher : IServerLauncher, IServerProbe
{
    private readonly Channel<FakeServer> _started = Channel.CreateUnbounded<FakeServer>();
    private int _count;

    public int Count => _count;

    /// <summary>Whether the servers answer as soon as they are asked.</summary>
    public bool Ready { get; set; } = true;

    public string? RefusesToStart { get; set; }

    public IServerProcess Start(ServerCommand command, Action<string> output)
    {
        var id = Interlocked.Increment(ref _count);
        if (RefusesToStart is { } reason)
        {
            throw new Win32Exception(reason);
        }

        var server = new FakeServer(id, command, output);
        _started.Writer.TryWrite(server);
        return server;
    }

    public Task<bool> IsReadyAsync(Uri endpoint, CancellationToken cancellationToken) => Task.FromResult(Ready);

    public ValueTask<FakeServer> NextAsync() => _started.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
