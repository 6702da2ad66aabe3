using System.Diagnostics;
using HybridLlm;
using QuickStart.Rendering;
using QuickStart.Setup;

namespace QuickStart.Steps;

/// <summary>Kills a llama-server while it answers, as a crash would, and shows what callers see of it and how it comes back.</summary>
internal sealed class KillServer(IHybridLlmClient client, Report report) : IStep
{
    private const string Model = "tiny-smart";
    private const int PiecesBeforeKill = 25;
    private const int Tries = 5;
    private static readonly TimeSpan TimeIntoAnswer = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(30);

    // Only the model that is named and its fallbacks may answer (HybridLlm:Models:tiny-smart:Fallbacks).
    private static readonly LlmRequest Story =
        new("Write a short story about a robot named Wanda. It must mention a lantern and a kite.", TaskTypes.CreativeWriting) { Model = Model };

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title($"The server of {Model} is killed in the middle of a stream");
        var killed = await RepeatAsync(BreakStreamAsync, cancellationToken);
        report.Fallback("The same request again, at once", await client.GenerateAsync(Story, cancellationToken));
        var (server, took) = await RecoverAsync(killed, cancellationToken);
        report.Recovery(server, took, await client.GenerateAsync(Story, cancellationToken));

        report.Title($"The server of {Model} is killed while it works on a request that is not streamed");
        await RepeatAsync(BreakWholeAnswerAsync, cancellationToken);
    }

    /// <summary>Repeats what does not always succeed: a tiny model may be done before its process is.</summary>
    /// <returns>The id of the process that was killed in time.</returns>
    private async Task<int> RepeatAsync(Func<Process, int, CancellationToken, Task<bool>> killInTimeAsync, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            using var server = ServerProcess.Find(Model) ?? throw new SampleException($"The llama-server of {Model} is not running.");
            if (await killInTimeAsync(server, i, cancellationToken))
            {
                return server.Id;
            }

            report.Note("The answer was complete before the server was gone. Once more.");
            await RecoverAsync(server.Id, cancellationToken);
        }

        throw new SampleException($"{Model} was faster than its end, {Tries} times in a row.");
    }

    private async Task<bool> BreakStreamAsync(Process server, int attempt, CancellationToken cancellationToken)
    {
        var pieces = 0;
        try
        {
            await foreach (var update in client.GenerateStreamingAsync(Story, cancellationToken))
            {
                report.Piece(update.Text);
                if (++pieces == PiecesBeforeKill)
                {
                    server.Kill();
                }
            }

            report.EndOfPieces();
            return false;
        }
        catch (StreamInterruptedException exception)
        {
            report.EndOfPieces();
            report.Interruption(server.Id, exception);
            return true;
        }
    }

    private async Task<bool> BreakWholeAnswerAsync(Process server, int attempt, CancellationToken cancellationToken)
    {
        var answering = client.GenerateAsync(Story, cancellationToken);
        await Task.Delay(TimeIntoAnswer / (attempt + 1), cancellationToken);
        server.Kill();
        var response = await answering;
        if (response.Model == Model)
        {
            return false;
        }

        report.Fallback($"Process {server.Id} was killed; the caller noticed nothing", response);
        return true;
    }

    /// <summary>Waits until the model is the first choice again: its server was started anew, and a probe found that it answers.</summary>
    /// <returns>The new process, and how long that took.</returns>
    private async Task<(int Process, TimeSpan Took)> RecoverAsync(int killed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < RecoveryTime)
        {
            using var server = ServerProcess.Find(Model);
            var plan = await client.PlanAsync(Story, cancellationToken);
            if (server is not null && server.Id != killed && plan.Routes is [{ Model.Name: Model }, ..])
            {
                return (server.Id, Stopwatch.GetElapsedTime(started));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        throw new SampleException($"{Model} did not come back within {RecoveryTime.TotalSeconds:0} seconds.");
    }
}
