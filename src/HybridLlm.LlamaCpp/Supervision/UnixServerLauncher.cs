using System.Diagnostics;
using System.Text;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>
/// Starts a server on Linux and macOS through a few lines of <c>/bin/sh</c> that leave a watchdog beside it and then become the server.
/// </summary>
/// <remarks>
/// The watchdog reads a pipe whose other end only this process holds. The system closes that end when this process ends, however it ends,
/// <c>kill -9</c> included; the watchdog reads end-of-file and kills the server. The kernel's parent-death signal of Linux is not used: it
/// fires when the *thread* that started the child ends, and pool threads come and go. <c>setsid</c> gives the server a session of its own, so
/// that Ctrl+C in the terminal reaches this process alone, which then stops the server in good order; where the command is missing (macOS)
/// the server gets the signal too.
/// </remarks>
internal sealed class UnixServerLauncher : IServerLauncher
{
    private const string Shell = "/bin/sh";
    private const string StopOrder = "stop";
    private const string SweepOrder = "sweep";

    // $$ is the id of this shell and, after exec, of the server. `kill -s NAME -- -ID` (no shorter form works in every shell) reaches a whole group: a server path may be a script that starts
    // the real server as its child. The watchdog closes the server's output pipes, or the reader of those would wait for it.
    private const string Script =
        $$"""
        server=$$
        exec 3<&0
        (
          trap '' HUP INT QUIT TERM
          while read -r order; do
            case $order in
              {{StopOrder}}) kill -s TERM -- "-$server" || kill -s TERM "$server" ;;
              {{SweepOrder}}) kill -s KILL -- "-$server"; exit ;;
            esac
          done
          kill -s KILL -- "-$server" || kill -s KILL "$server"
        ) <&3 3<&- >/dev/null 2>&1 &
        exec 3<&- </dev/null
        if command -v setsid >/dev/null; then exec setsid "$@"; fi
        exec "$@"
        """;

    public IServerProcess Start(ServerCommand command, Action<string> output)
    {
        var start = new ProcessStartInfo(Shell)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add("hybridllm-watchdog");
        start.ArgumentList.Add(command.Path);
        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{Shell} did not start.");
        return new WatchedProcess(process, output);
    }

    private sealed class WatchedProcess(Process process, Action<string> output) : ServerProcess(process, output)
    {
        private readonly Lock _gate = new();
        private readonly StreamWriter _orders = process.StandardInput;
        private bool _closed;

        public override void RequestStop() => Order(StopOrder, thenClose: false);

        public override void Kill()
        {
            // End-of-file lets the watchdog end the whole group; the direct kill is for a server whose watchdog was killed.
            Order(order: null, thenClose: true);
            base.Kill();
        }

        protected override void OnExited() => Order(SweepOrder, thenClose: true);

        private void Order(string? order, bool thenClose)
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return;
                }

                _closed = thenClose;
                try
                {
                    if (order is not null)
                    {
                        _orders.Write(order + '\n');
                        _orders.Flush();
                    }

                    if (thenClose)
                    {
                        _orders.Dispose();
                    }
                }
                catch (IOException)
                {
                    // The watchdog is gone, so nobody hears orders; Kill does without it.
                    _closed = true;
                }
            }
        }
    }
}
