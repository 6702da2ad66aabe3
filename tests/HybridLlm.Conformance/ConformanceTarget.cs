using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <summary>A provider under test, and what the suite must know of the backend behind it.</summary>
/// <param name="provider">The provider.</param>
/// <param name="model">The backend's id of a model that chats.</param>
public sealed class ConformanceTarget(ILlmProvider provider, string model) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = [];

    /// <summary>Gets the provider.</summary>
    public ILlmProvider Provider { get; } = provider;

    /// <summary>Gets the backend's id of a model that chats.</summary>
    public string Model { get; } = model;

    /// <summary>Gets the backend's id of a model that embeds; <see langword="null"/> to skip what concerns embeddings.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>Gets the simulator behind the provider; <see langword="null"/> for a real server, which cannot be told what to answer and how to fail.</summary>
    public LlmSimulator? Simulator { get; init; }

    /// <summary>Gets what backend and model can do together. What is not among it is skipped.</summary>
    public LlmFeatures Features { get; init; } = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema;

    /// <summary>Gets a value indicating whether the backend unloads a model when it is asked to.</summary>
    public bool Unloads { get; init; }

    /// <summary>Gets what tells whether a real server works for somebody. A simulator tells it itself.</summary>
    public Func<CancellationToken, Task<bool>>? IsBusy { get; init; }

    /// <summary>Gets options that make a real model answer so long that there is time to leave it. A simulator hangs instead.</summary>
    public ChatOptions LongAnswer { get; init; } = new();

    /// <summary>Gets a client for the model that chats.</summary>
    internal IChatClient Chat => field ??= Provider.GetChatClient(Model);

    /// <summary>Hands something over that is disposed with the target, the last one first.</summary>
    /// <param name="owned">What is disposed.</param>
    /// <returns>The target.</returns>
    public ConformanceTarget Owning(params IAsyncDisposable[] owned)
    {
        foreach (var one in owned)
        {
            _owned.Push(one);
        }

        return this;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
        {
            await owned.DisposeAsync();
        }
    }
}
