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
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(30);

    // Only the model that is named and its fallbacks may answer (HybridLlm:Models:tiny-smart:Fallbacks).
    private static readonly LlmRequest Story =
        new("Write a short story about a robot named Wanda. It must mention a lantern and a kite.", TaskTypes.CreativeWriting) { Model = Model };

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title($"The server of {Model} is killed in the middle of a stream");
        await RepeatAsync(BreakStreamAsync, cancellationToken);
        var next = await client.GenerateAsync(Story, cancellationToken);
        report.Fallback("The same request again, at once", next);
        await ShowRecoveryAsync(cancellationToken);

        report.Title($"The server of {Model} is killed while it works on a request that is not streamed");
        await RepeatAsync(BreakWholeAnswerAsync, cancellationToken);
    }

    /// <summary>Repeats what does not always succeed: a tiny model may be done before its process is.</summary>
    private async Task RepeatAsync(Func<CancellationToken, Task<bool>> killInTime, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await killInTime(cancellationToken))
            {
                return;
            }

            report.Note("The answer was complete before the server was gone. Once more.");
            await RecoverAsync(cancellationToken);
        }

        throw new SampleException($"{Model} was faster than its end, {Tries} times in a row.");
    }

    private async Task<bool> BreakStreamAsync(CancellationToken cancellationToken)
    {
        using var server = ServerProcess.Of(Model);
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

    private async Task<bool> BreakWholeAnswerAsync(CancellationToken cancellationToken)
    {
        using var server = ServerProcess.Of(Model);
        var answering = client.GenerateAsync(Story, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(30), cancellationToken);
        server.Kill();
        var response = await answering;
        if (response.Model == Model)
        {
            return false;
        }

        report.Fallback($"Process {server.Id} was killed; the caller noticed nothing", response);
        return true;
    }

    private async Task ShowRecoveryAsync(CancellationToken cancellationToken)
    {
        var took = await RecoverAsync(cancellationToken);
        using var server = ServerProcess.Of(Model);
        report.Recovery(server.Id, took, await client.GenerateAsync(Story, cancellationToken));
    }

    /// <summary>Waits until the model is the first choice again: its server was started anew, and a probe found that it answers.</summary>
    private async Task<TimeSpan> RecoverAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await client.PlanAsync(Story, cancellationToken)).Routes is not [{ Model.Name: Model }, ..])
        {
            if (Stopwatch.GetElapsedTime(started) > RecoveryTime)
            {
                throw new SampleException($"{Model} did not come back within {RecoveryTime.TotalSeconds:0} seconds.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
