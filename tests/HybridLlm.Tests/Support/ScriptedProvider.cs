using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Support;

/// <summary>A provider in memory with one model, whose calls are scripted. What is not scripted answers with the provider's own words.</summary>
internal sealed class ScriptedProvider(string name, string words) : ILlmProvider, IChatClient
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedCall> _calls = [];

    public string Name => name;

    public ProviderCapabilities Capabilities { get; set; } = new()
    {
        Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision,
        PrefersStreaming = true,
    };

    public ProviderHealth Health { get; set; } = ProviderHealth.Healthy;

    /// <summary>Gets or sets what a question for the health does; <see langword="null"/> for <see cref="Health"/>.</summary>
    public Func<CancellationToken, Task<ProviderHealth>>? OnHealth { get; set; }

    public IReadOnlyList<ProviderModel> Models { get; set; } = [];

    /// <summary>Gets or sets what a call does that asks for a stream; <see langword="null"/> for a good answer.</summary>
    public Func<ScriptedCall, IAsyncEnumerable<ChatResponseUpdate>>? OnStream { get; set; }

    /// <summary>Gets or sets what a call does that asks for the whole answer; <see langword="null"/> for a good one.</summary>
    public Func<ScriptedCall, Task<ChatResponse>>? OnWhole { get; set; }

    /// <summary>Gets the calls so far, probes included.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Gets the calls so far without the probes.</summary>
    public IReadOnlyList<ScriptedCall> Requests => [.. Calls.Where(c => !c.IsProbe)];

    public IChatClient GetChatClient(string modelId) => this;

    public Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default) => Task.FromResult(Models);

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => OnHealth?.Invoke(cancellationToken) ?? Task.FromResult(Health);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = Note(messages, options, cancellationToken);
        return OnWhole is { } script ? script(call) : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, words)) { FinishReason = ChatFinishReason.Stop });
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = Note(messages, options, cancellationToken);
        return OnStream is { } script ? script(call) : Updates.Of(words, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private ScriptedCall Note(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var call = new ScriptedCall([.. messages], options, cancellationToken);
        lock (_lock)
        {
            _calls.Add(call);
        }

        return call;
    }
}

/// <summary>What a call of a <see cref="ScriptedProvider"/> brought.</summary>
internal sealed record ScriptedCall(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, CancellationToken CancellationToken)
{
    public bool IsProbe => Options?.MaxOutputTokens == 1 && Messages is [{ Text: "ping" }];
}

/// <summary>Streams to script with.</summary>
internal static class Updates
{
    /// <summary>A good answer, as servers send it: a role, a piece per word, an end.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> Of(string text, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new(ChatRole.Assistant, "");
        foreach (var word in text.Split(' '))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, word);
        }

        yield return End();
        await Task.CompletedTask;
    }

    public static ChatResponseUpdate End() => new(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };

    public static ChatResponseUpdate Thought(string text) => new(ChatRole.Assistant, [new TextReasoningContent(text)]);

    public static async IAsyncEnumerable<ChatResponseUpdate> Of(params ChatResponseUpdate[] updates)
    {
        foreach (var update in updates)
        {
            yield return update;
        }

        await Task.CompletedTask;
    }

    public static async IAsyncEnumerable<ChatResponseUpdate> ThenFail(Exception exception, params ChatResponseUpdate[] before)
    {
        foreach (var update in before)
        {
            yield return update;
        }

        await Task.CompletedTask;
        throw exception;
    }

    /// <summary>Some updates, then silence until the call is cancelled.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> ThenHang(ScriptedCall call, params ChatResponseUpdate[] before)
    {
        foreach (var update in before)
        {
            yield return update;
        }

        await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
    }

    /// <summary>Silence until a signal, then a good answer.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> After(Task signal, ScriptedCall call, string text)
    {
        await signal.WaitAsync(call.CancellationToken);
        await foreach (var update in Of(text, call.CancellationToken))
        {
            yield return update;
        }
    }

    public static ChatResponseUpdate[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => new ChatResponseUpdate(ChatRole.Assistant, $"t{i} "))];
}
