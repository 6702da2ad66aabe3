using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance.Fuzz;

/// <summary>What the router asks of every provider, for a <see cref="WireFuzzer"/>.</summary>
public static class WireOperations
{
    /// <summary>A chat that is streamed.</summary>
    public const string Stream = "stream";

    /// <summary>A chat whose answer comes as a whole.</summary>
    public const string Whole = "whole";

    /// <summary>The embedding of two texts.</summary>
    public const string Embed = "embed";

    /// <summary>The list of models.</summary>
    public const string Models = "models";

    /// <summary>Adds what every provider does.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <param name="model">A model that chats.</param>
    /// <returns>The fuzzer.</returns>
    public static WireFuzzer AddCommon(this WireFuzzer fuzzer, string model)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        return fuzzer
            .Add(Stream, async (provider, cancellationToken) =>
            {
                var updates = new List<ChatResponseUpdate>();
                await foreach (var update in provider.GetChatClient(model).GetStreamingResponseAsync("Hi", cancellationToken: cancellationToken))
                {
                    updates.Add(update);
                }

                Read(updates.ToChatResponse());
            })
            .Add(Whole, async (provider, cancellationToken) => Read(await provider.GetChatClient(model).GetResponseAsync("Hi", cancellationToken: cancellationToken)))
            .Add(Models, static (provider, cancellationToken) => provider.ListModelsAsync(cancellationToken))
            .Add("health", static (provider, cancellationToken) => provider.CheckHealthAsync(cancellationToken));
    }

    /// <summary>Adds embeddings.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <param name="model">A model that embeds.</param>
    /// <returns>The fuzzer.</returns>
    public static WireFuzzer AddEmbeddings(this WireFuzzer fuzzer, string model)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        return fuzzer.Add(Embed, async (provider, cancellationToken) =>
        {
            using var generator = ((IEmbeddingProvider)provider).GetEmbeddingGenerator(model);
            var embeddings = await generator.GenerateAsync(["a", "b"], cancellationToken: cancellationToken);
            Assert.Equal(2, embeddings.Count);
        });
    }

    /// <summary>Adds loading, unloading and the question for a model's state.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <param name="model">A model.</param>
    /// <param name="unloads">Whether the server unloads models.</param>
    /// <returns>The fuzzer.</returns>
    public static WireFuzzer AddResidency(this WireFuzzer fuzzer, string model, bool unloads)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        fuzzer
            .Add("state", (provider, cancellationToken) => ((IModelStateSource)provider).GetModelStateAsync(model, cancellationToken).AsTask())
            .Add("load", (provider, cancellationToken) => ((IModelLoader)provider).LoadModelAsync(model, cancellationToken));
        return unloads ? fuzzer.Add("unload", (provider, cancellationToken) => ((IModelLoader)provider).UnloadModelAsync(model, cancellationToken)) : fuzzer;
    }

    /// <summary>Adds the counting of tokens.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <param name="model">A model that chats.</param>
    /// <returns>The fuzzer.</returns>
    public static WireFuzzer AddTokens(this WireFuzzer fuzzer, string model)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        return fuzzer.Add("tokens", (provider, cancellationToken) => ((ITokenCounter)provider).CountTokensAsync(model, [new(ChatRole.User, "Hi")], null, cancellationToken));
    }

    /// <summary>Adds the question for the server's load.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <returns>The fuzzer.</returns>
    public static WireFuzzer AddLoad(this WireFuzzer fuzzer)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        return fuzzer.Add("metrics", static (provider, cancellationToken) => ((IProviderLoadSource)provider).GetLoadAsync(cancellationToken));
    }

    /// <summary>Records what else a backend answers to a chat: thoughts, calls, and each of its errors, before and in an answer.</summary>
    /// <param name="fuzzer">The fuzzer.</param>
    /// <param name="simulator">The backend.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>A task that completes when they are recorded.</returns>
    public static async Task RecordVariantsAsync(this WireFuzzer fuzzer, LlmSimulator simulator, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fuzzer);
        ArgumentNullException.ThrowIfNull(simulator);
        simulator.Replies.Default = static _ => new SimulatedReply
        {
            Text = "Grüße, 世界 😀",
            Reasoning = "Hm ü.",
            ToolCalls = [new("get_weather", """{"city":"Zürich","days":[1,2]}""")],
        };
        await fuzzer.RecordAsync(cancellationToken, Stream, Whole);
        var faults = Enum.GetValues<BackendError>().Where(static error => error != BackendError.Loading).Select(Fault.Error)
            .Concat(Enum.GetValues<StreamErrorForm>().Select(static form => Fault.ErrorInside200(1, form)));
        foreach (var fault in faults)
        {
            var rule = simulator.Faults.Always(fault);
            await fuzzer.RecordAsync(cancellationToken, Stream, Whole);
            simulator.Faults.Remove(rule);
        }
    }

    // Answers are what callers read of them.
    private static void Read(ChatResponse response)
    {
        Assert.NotNull(response.Text);
        foreach (var call in response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            Assert.NotNull(call.CallId);
            Assert.False(call.Arguments is null && call.Exception is null, "A call whose arguments cannot be read says so.");
        }
    }
}
