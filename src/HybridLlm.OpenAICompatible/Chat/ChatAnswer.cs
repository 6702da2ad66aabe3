using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Makes responses and updates from what a server says in the course of one answer.</summary>
internal sealed class ChatAnswer(OpenAITransport transport, string modelId)
{
    private readonly ChatChunk _chunk = new();
    private ToolCallAssembler? _calls;
    private string? _refusal;
    private UsageDetails? _usage;
    private AdditionalPropertiesDictionary? _kept;

    /// <summary>Gets a value indicating whether the server said why the answer ends: only then is it complete.</summary>
    internal bool IsFinished { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <param name="data">The event's data.</param>
    /// <returns>What the caller is to hear of it; <see langword="null"/> if nothing.</returns>
    /// <exception cref="ProviderException">The event is an error, or no JSON.</exception>
    internal ChatResponseUpdate? ReadEvent(ReadOnlySpan<byte> data)
    {
        Read(data);
        var isLast = _chunk.FinishReason is not null;
        IsFinished |= isLast;
        _usage = _chunk.Usage ?? _usage;
        _kept = _chunk.Kept ?? _kept;
        if (_chunk.Refusal is not null)
        {
            _refusal += _chunk.Refusal;
        }

        if (_chunk.ToolCalls.Count > 0)
        {
            (_calls ??= new()).Add(_chunk.ToolCalls);
        }

        if (_chunk.Text is null && _chunk.Reasoning is null && _chunk.Logprobs is null && !isLast)
        {
            return null;
        }

        var update = NewUpdate();
        var hasCalls = isLast && _calls is { HasCalls: true };
        AddContents(update.Contents, isLast);
        update.FinishReason = FinishReasons.Map(_chunk.FinishReason, hasCalls);
        if (_chunk.Logprobs is { } logprobs)
        {
            update.AdditionalProperties = new() { [OpenAIOptionKeys.Logprobs] = logprobs };
        }

        return update;
    }

    /// <summary>Gets what is known only when all events are read: the usage, and what the dialect keeps.</summary>
    /// <returns>The last update; <see langword="null"/> if there is nothing to say.</returns>
    internal ChatResponseUpdate? ReadEnd()
    {
        if (_usage is null && _kept is null && _calls is not { HasCalls: true })
        {
            return null;
        }

        var update = NewUpdate();
        _chunk.Clear();
        AddContents(update.Contents, isLast: true);
        if (_usage is not null)
        {
            update.Contents.Add(new UsageContent(_usage));
        }

        update.AdditionalProperties = _kept;
        return update;
    }

    /// <summary>Reads an answer that came at once.</summary>
    /// <param name="body">The answer.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ProviderException">The answer is an error, or not what the protocol says.</exception>
    internal ChatResponse ReadWhole(ReadOnlySpan<byte> body)
    {
        Read(body);
        if (!_chunk.HasChoice)
        {
            throw transport.Fail(ProviderErrorKind.InvalidResponse, "answered without a choice", modelId, body);
        }

        if (_chunk.ToolCalls.Count > 0)
        {
            (_calls = new()).Add(_chunk.ToolCalls);
        }

        _refusal = _chunk.Refusal;
        var hasCalls = _calls is { HasCalls: true };
        var message = new ChatMessage(ChatRole.Assistant, []) { MessageId = _chunk.Id, CreatedAt = _chunk.Created };
        AddContents(message.Contents, isLast: true);
        var response = new ChatResponse(message)
        {
            ResponseId = _chunk.Id,
            ModelId = _chunk.Model ?? modelId,
            CreatedAt = _chunk.Created,
            FinishReason = FinishReasons.Map(_chunk.FinishReason, hasCalls),
            Usage = _chunk.Usage,
            AdditionalProperties = _chunk.Kept,
        };
        if (_chunk.Logprobs is { } logprobs)
        {
            (response.AdditionalProperties ??= [])[OpenAIOptionKeys.Logprobs] = logprobs;
        }

        return response;
    }

    /// <summary>Makes the exception for an error that came inside an answer.</summary>
    /// <param name="data">The error.</param>
    /// <returns>The exception.</returns>
    internal ProviderException Error(ReadOnlySpan<byte> data) =>
        OpenAIErrors.ToException(ErrorBody.ParseInStream(data), transport, modelId);

    private void Read(ReadOnlySpan<byte> json)
    {
        try
        {
            transport.Dialect.ReadPayload(json, _chunk);
        }
        catch (Exception e) when (JsonText.IsUnreadable(e))
        {
            throw transport.NotJson(json, modelId, e);
        }

        if (_chunk.IsError)
        {
            throw Error(json);
        }

        if (FinishReasons.IsFailure(_chunk.FinishReason))
        {
            throw transport.Fail(ProviderErrorKind.StreamInterrupted, $"gave up its answer with finish_reason '{_chunk.FinishReason}'", modelId, json);
        }
    }

    private ChatResponseUpdate NewUpdate() => new()
    {
        Role = ChatRole.Assistant,
        ResponseId = _chunk.Id,
        MessageId = _chunk.Id,
        ModelId = _chunk.Model ?? modelId,
        CreatedAt = _chunk.Created,
        Contents = new List<AIContent>(1),
    };

    private void AddContents(IList<AIContent> contents, bool isLast)
    {
        if (_chunk.Reasoning is { } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        if (_chunk.Text is { } text)
        {
            contents.Add(new TextContent(text));
        }

        if (!isLast)
        {
            return;
        }

        if (_refusal is not null)
        {
            contents.Add(new ErrorContent(_refusal) { ErrorCode = "Refusal" });
            _refusal = null;
        }

        foreach (var call in _calls?.Take() ?? [])
        {
            contents.Add(call);
        }
    }
}
