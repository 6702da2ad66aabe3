using System.Text.Json;
using HybridLlm.Ollama.Wire;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Http;

namespace HybridLlm.Ollama.Models;

/// <summary>Downloads models, through the server, and deletes them.</summary>
internal sealed class ModelDownloads(OllamaApi api, TimeSpan stallTimeout)
{
    private const int MaxFrameBytes = 1024 * 1024;

    // Phases without bytes to count, such as the check of what was fetched, send one frame and then nothing.
    private readonly TimeSpan _quietTimeout = stallTimeout * 10;

    /// <summary>Downloads a model.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="progress">Is told of progress; or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the download, which closes the connection; the server keeps what it has for the next try.</param>
    /// <returns>A task that completes when the server has the model.</returns>
    internal async Task DownloadAsync(string modelId, IProgress<ModelDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        // When its source goes away the server keeps sending the same frame, so that only new bytes are a sign of life.
        using var stalled = new CancellationTokenSource(stallTimeout, api.Transport.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            using var response = await api.SendAsync(HttpMethod.Post, "api/pull", modelId, static writer => writer.WriteBoolean("stream"u8, true), either.Token).ConfigureAwait(false);
            await ReadAsync(response, modelId, progress, stalled, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw api.Transport.Fail(ProviderErrorKind.Timeout, $"made no progress with the download of '{modelId}' for too long", modelId, default, e);
        }
    }

    /// <summary>Deletes a model.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the model is deleted.</returns>
    internal Task DeleteAsync(string modelId, CancellationToken cancellationToken) =>
        api.Transport.WithinAsync(OllamaApi.ControlTimeout, async token =>
        {
            using var response = await api.SendAsync(HttpMethod.Delete, "api/delete", modelId, null, token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    private async Task ReadAsync(HttpResponseMessage response, string modelId, IProgress<ModelDownloadProgress>? progress, CancellationTokenSource stalled, CancellationToken cancellationToken)
    {
        var transport = api.Transport;
        var isRead = false;
        Stream? body = null;
        LineReader? lines = null;
        try
        {
            body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            lines = new LineReader(body, MaxFrameBytes, () => transport.Fail(ProviderErrorKind.InvalidResponse, "sent a progress frame of more than 1 MB", modelId));
            var download = new Download(transport, modelId);
            while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (download.Read(lines.Line))
                {
                    stalled.CancelAfter(download.IsFetching ? stallTimeout : _quietTimeout);
                    progress?.Report(download.Progress);
                }

                if (download.IsComplete)
                {
                    isRead = true;
                    return;
                }
            }

            isRead = true;
            throw transport.Fail(ProviderErrorKind.StreamInterrupted, $"broke off the download of '{modelId}' at '{download.Progress.Status}'", modelId);
        }
        catch (Exception e) when (e is not (ProviderException or OperationCanceledException))
        {
            throw TransportErrors.Translate(e, transport.Provider, modelId, answering: true, cancellationToken);
        }
        finally
        {
            if (!isRead && body is not null && lines is not null)
            {
                await AbandonedStream.CloseAsync(body, lines.Scratch).ConfigureAwait(false);
            }

            lines?.Dispose();
        }
    }

    /// <summary>What the frames of a download come to. A model is several files, which come one after another.</summary>
    private sealed class Download(OpenAITransport transport, string modelId)
    {
        private readonly Dictionary<string, (long Completed, long Total)> _files = new(StringComparer.Ordinal);
        private string _status = "";
        private long _completed;
        private long _total;

        internal ModelDownloadProgress Progress => new(_status, _completed, _total);

        internal bool IsComplete { get; private set; }

        internal bool IsFetching { get; private set; }

        /// <summary>Reads a frame.</summary>
        /// <param name="json">The frame.</param>
        /// <returns>Whether it says anything new.</returns>
        internal bool Read(ReadOnlySpan<byte> json)
        {
            Frame frame;
            try
            {
                frame = Frame.Read(json);
            }
            catch (Exception e) when (JsonText.IsUnreadable(e))
            {
                throw transport.NotJson(json, modelId, e);
            }

            if (frame.IsError)
            {
                throw OpenAIErrors.ToException(ErrorBody.ParseInStream(json), transport, modelId);
            }

            var isNew = frame.Status is not null && frame.Status != _status;
            _status = frame.Status ?? _status;
            IsComplete = _status == "success";
            IsFetching = frame.Digest is not null;
            if (frame.Digest is { } digest)
            {
                var before = _files.GetValueOrDefault(digest);
                _files[digest] = (frame.Completed, frame.Total);
                _completed += frame.Completed - before.Completed;
                _total += frame.Total - before.Total;
                isNew |= frame.Completed > before.Completed;
            }

            return isNew;
        }
    }

    private readonly record struct Frame(string? Status, string? Digest, long Completed, long Total, bool IsError)
    {
        internal static Frame Read(ReadOnlySpan<byte> json)
        {
            var frame = default(Frame);
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("A JSON object was expected.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("status"u8))
                {
                    reader.Read();
                    frame = frame with { Status = JsonRead.String(ref reader) };
                }
                else if (reader.ValueTextEquals("digest"u8))
                {
                    reader.Read();
                    frame = frame with { Digest = JsonRead.String(ref reader) };
                }
                else if (reader.ValueTextEquals("completed"u8))
                {
                    reader.Read();
                    frame = frame with { Completed = Math.Max(0, JsonRead.Long(ref reader) ?? 0) };
                }
                else if (reader.ValueTextEquals("total"u8))
                {
                    reader.Read();
                    frame = frame with { Total = Math.Max(0, JsonRead.Long(ref reader) ?? 0) };
                }
                else
                {
                    var isError = reader.ValueTextEquals("error"u8);
                    reader.Read();
                    frame = frame with { IsError = frame.IsError || (isError && reader.TokenType != JsonTokenType.Null) };
                    reader.Skip();
                }
            }

            return frame;
        }
    }
}
