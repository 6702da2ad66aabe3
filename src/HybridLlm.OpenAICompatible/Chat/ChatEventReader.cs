using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads a streamed answer, and tells a complete one from one that broke off.</summary>
/// <remarks>
/// An answer is complete when the server has said why it ends (<c>finish_reason</c>). <c>[DONE]</c> proves nothing: servers send it after errors and after cuts too;
/// nor does its absence disprove anything.
/// </remarks>
internal sealed class ChatEventReader(OpenAITransport transport, string modelId)
{
    private readonly ChatAnswer _answer = new(transport, modelId);
    private ChatResponseUpdate? _update;

    private enum Signal
    {
        Nothing,
        Update,
        Done,
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The updates.</returns>
    internal async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var body = await OpenAsync(response, cancellationToken).ConfigureAwait(false);
        using var source = new EventByteStream(body, OpenAITransport.MaxAnswerBytes, TooLong);
        var events = SseParser.Create(source, (eventType, data) => Parse(source, eventType, data)).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var disposal = events.ConfigureAwait(false);
        var isRead = false;
        try
        {
            while (await MoveNextAsync(events, cancellationToken).ConfigureAwait(false))
            {
                var signal = events.Current.Data;
                if (signal == Signal.Done)
                {
                    break;
                }

                if (signal == Signal.Update)
                {
                    yield return _update!;
                }
            }

            isRead = true;
        }
        finally
        {
            if (!isRead)
            {
                await source.AbandonAsync().ConfigureAwait(false);
            }
        }

        if (!_answer.IsFinished)
        {
            throw Interrupted(source);
        }

        if (_answer.ReadEnd() is { } last)
        {
            yield return last;
        }
    }

    private async ValueTask<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw TransportErrors.Translate(e, transport.Provider, modelId, answering: true, cancellationToken);
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseItem<Signal>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ProviderException)
        {
            var translated = TransportErrors.Translate(e, transport.Provider, modelId, answering: true, cancellationToken);
            if (_answer.IsFinished && translated is ProviderException)
            {
                return false; // The answer is whole; what is lost is at most the count of its tokens.
            }

            throw translated;
        }
    }

    private Signal Parse(EventByteStream source, string eventType, ReadOnlySpan<byte> data)
    {
        source.EventSeen();
        if (data.StartsWith("[DONE]"u8))
        {
            return Signal.Done;
        }

        if (data.IsEmpty)
        {
            return Signal.Nothing;
        }

        if (eventType == "error")
        {
            throw _answer.Error(data);
        }

        _update = _answer.ReadEvent(data);
        return _update is null ? Signal.Nothing : Signal.Update;
    }

    private ProviderException TooLong() =>
        transport.Fail(ProviderErrorKind.InvalidResponse, $"sent an event of more than {OpenAITransport.MaxAnswerBytes / 1024 / 1024} MB", modelId);

    private ProviderException Interrupted(EventByteStream source)
    {
        var line = LastStrayLine(source.Tail, source.IsTailCut);
        if (line.StartsWith("error:"u8))
        {
            return _answer.Error(line["error:"u8.Length..].TrimStart((byte)' '));
        }

        return transport.Fail(
            ProviderErrorKind.StreamInterrupted,
            line.IsEmpty ? "broke off its answer" : $"broke off its answer: {Excerpts.Cut(line)}",
            modelId,
            source.Tail);
    }

    // A line that is no field of an event. Old llama-servers write "error: {…}", its router "proxy error: …".
    private static ReadOnlySpan<byte> LastStrayLine(ReadOnlySpan<byte> tail, bool isCut)
    {
        if (isCut)
        {
            tail = tail[(tail.IndexOf((byte)'\n') + 1)..];
        }

        ReadOnlySpan<byte> found = [];
        foreach (var range in tail.Split((byte)'\n'))
        {
            var line = tail[range].TrimEnd((byte)'\r');
            if (!line.IsEmpty && !line.StartsWith("data:"u8) && !line.StartsWith(":"u8) && !line.StartsWith("event:"u8)
                && !line.StartsWith("id:"u8) && !line.StartsWith("retry:"u8))
            {
                found = line;
            }
        }

        return found;
    }
}
