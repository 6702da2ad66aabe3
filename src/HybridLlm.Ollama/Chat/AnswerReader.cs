using System.Runtime.CompilerServices;
using HybridLlm.Ollama.Wire;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Chat;

/// <summary>Reads an answer and tells a complete one from one that broke off.</summary>
/// <remarks>
/// An answer is complete with the line that says <c>"done":true</c>, and only then, whatever the HTTP says: killed runners end it properly with an error under status 200,
/// and the guard against repetition ends it properly with nothing at all, or with <c>"done":false</c> where it is not streamed.
/// </remarks>
internal sealed class AnswerReader(OpenAITransport transport, OllamaRequest request, PromptCheck prompts)
{
    private readonly AnswerLine _line = new();
    private bool _hasCalls;

    /// <summary>Reads the answer.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Cancels the reading, and closes the connection.</param>
    /// <returns>The updates.</returns>
    internal async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var body = await OpenAsync(response, cancellationToken).ConfigureAwait(false);
        using var lines = new LineReader(body, OpenAITransport.MaxAnswerBytes, TooLong);
        var isRead = false;
        try
        {
            while (await MoveNextAsync(lines, cancellationToken).ConfigureAwait(false))
            {
                var update = Read(lines);
                if (_line.IsDone)
                {
                    isRead = true;
                    await prompts.CheckAsync(request, _line, cancellationToken).ConfigureAwait(false);
                    yield return update!;
                    yield break;
                }

                if (update is not null)
                {
                    yield return update;
                }
            }

            isRead = true;
        }
        finally
        {
            if (!isRead)
            {
                await AbandonedStream.CloseAsync(body, lines.Scratch).ConfigureAwait(false);
            }
        }

        throw Interrupted();
    }

    private async ValueTask<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw TransportErrors.Translate(e, transport.Provider, request.ModelId, answering: true, cancellationToken);
        }
    }

    private async ValueTask<bool> MoveNextAsync(LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ProviderException)
        {
            throw TransportErrors.Translate(e, transport.Provider, request.ModelId, answering: true, cancellationToken);
        }
    }

    private ChatResponseUpdate? Read(LineReader lines)
    {
        try
        {
            AnswerLineParser.Parse(lines.Line, _line);
        }
        catch (Exception e) when (JsonText.IsUnreadable(e))
        {
            throw lines.IsTerminated || lines.Line[0] != '{' ? transport.NotJson(lines.Line, request.ModelId, e) : Interrupted(e);
        }

        if (_line.IsError)
        {
            throw OpenAIErrors.ToException(ErrorBody.ParseInStream(lines.Line), transport, request.ModelId);
        }

        if (!_line.HasContent && !_line.IsDone)
        {
            return null;
        }

        var update = new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            ModelId = _line.Model ?? request.ModelId,
            CreatedAt = _line.Created,
            Contents = new List<AIContent>(1),
        };
        AddContents(update.Contents);
        if (_line.Logprobs is { } logprobs)
        {
            update.AdditionalProperties = new() { [OpenAIOptionKeys.Logprobs] = logprobs };
        }

        if (_line.IsDone)
        {
            Complete(update, lines.Line);
        }

        return update;
    }

    private void AddContents(IList<AIContent> contents)
    {
        if (_line.Thinking is { } thinking)
        {
            contents.Add(new TextReasoningContent(thinking));
        }

        if (_line.Text is { } text)
        {
            contents.Add(new TextContent(text));
        }

        if (_line.ToolCalls.Count > 0)
        {
            // A call is always whole, in a line of its own or in the last one.
            var calls = new ToolCallAssembler();
            calls.Add(_line.ToolCalls);
            foreach (var call in calls.Take())
            {
                contents.Add(call);
            }

            _hasCalls = true;
        }
    }

    private void Complete(ChatResponseUpdate update, ReadOnlySpan<byte> line)
    {
        update.FinishReason = _line.DoneReason switch
        {
            null or "stop" => _hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            "length" => ChatFinishReason.Length,
            "load" or "unload" => throw transport.Fail(ProviderErrorKind.InvalidResponse, $"did not answer but {_line.DoneReason}ed the model", request.ModelId, line),
            var other => new ChatFinishReason(other),
        };
        var generated = _line.GeneratedTokens ?? 0;
        update.Contents.Add(new UsageContent(new UsageDetails
        {
            InputTokenCount = _line.PromptTokens,
            OutputTokenCount = generated,
            TotalTokenCount = _line.PromptTokens + generated,
        }));
        (update.AdditionalProperties ??= [])[OllamaPropertyNames.Timings] = _line.ToTimings();
    }

    private ProviderException TooLong() => transport.Fail(
        ProviderErrorKind.InvalidResponse, $"sent a line of more than {OpenAITransport.MaxAnswerBytes / 1024 / 1024} MB", request.ModelId);

    private ProviderException Interrupted(Exception? inner = null) =>
        transport.Fail(ProviderErrorKind.StreamInterrupted, "broke off its answer: its last line did not say that it is done", request.ModelId, default, inner);
}
