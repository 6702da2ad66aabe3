namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Closes the connection of an answer that nobody wants any more.</summary>
/// <remarks>Disposing alone would first wait for the rest of the answer, to keep the connection, while the server goes on generating. A read that is cancelled closes it.</remarks>
internal static class AbandonedStream
{
    private const int MaxReads = 64;

    /// <summary>Closes the connection at once.</summary>
    /// <param name="body">The answer's body.</param>
    /// <param name="buffer">Takes what is read and thrown away.</param>
    /// <returns>A task that completes when the connection is closed; for one that brings more than can be read in a moment, when the rest is left to disposal.</returns>
    internal static async ValueTask CloseAsync(Stream body, Memory<byte> buffer)
    {
        using var abandoned = new CancellationTokenSource();
        for (var reads = 0; reads < MaxReads; reads++)
        {
            var read = body.ReadAsync(buffer, abandoned.Token);
            if (read.IsCompletedSuccessfully)
            {
                if (await read.ConfigureAwait(false) == 0)
                {
                    return;
                }

                continue; // What has come already. Only a read that waits can be cancelled.
            }

            await abandoned.CancelAsync().ConfigureAwait(false);
            try
            {
                await read.ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
            {
                return; // Closed, by this or before.
            }
        }
    }
}
