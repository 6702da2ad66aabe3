using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Telemetry.Tests.Support;

/// <summary>A simulator and the provider package that talks to it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="StartAsync">Starts it, with a key that it wants to see, if any.</param>
/// <param name="Register">Adds a provider of a name for an endpoint with a key.</param>
public sealed record Backend(string Name, Func<string?, CancellationToken, Task<LlmSimulator>> StartAsync, Action<IHybridLlmBuilder, string, string, string?> Register)
{
    /// <summary>Gets all backends.</summary>
    public static IReadOnlyList<Backend> All { get; } =
    [
        new(
            "llama-server",
            static async (key, token) => await LlamaServerSimulator.StartAsync(o => (o.Metrics, _) = (true, Add(o, key)), token),
            static (builder, name, endpoint, key) => builder.AddLlamaCpp(name, o => (o.Endpoint, o.ApiKey) = (endpoint, key))),
        new(
            "Ollama",
            static async (key, token) => await OllamaSimulator.StartAsync(o => Add(o, key), token),
            static (builder, name, endpoint, key) => builder.AddOllama(name, o => (o.Endpoint, o.ApiKey) = (endpoint, key))),
        new(
            "LM Studio",
            static async (key, token) => await LmStudioSimulator.StartAsync(o => Add(o, key), token),
            static (builder, name, endpoint, key) => builder.AddLmStudio(name, o => (o.Endpoint, o.ApiKey) = (endpoint, key))),
        new(
            "vLLM",
            static async (key, token) => await OpenAISimulator.StartAsync(o => Add(o, key), token),
            static (builder, name, endpoint, key) => builder.AddVllm(name, o =>
            {
                (o.Endpoint, o.ApiKey) = (endpoint + "v1", key);
                o.Headers["X-Tenant"] = Canary.Header;
            })),
    ];

    /// <inheritdoc />
    public override string ToString() => Name;

    private static bool Add(LlmSimulatorOptions options, string? key)
    {
        if (key is not null)
        {
            options.ApiKeys.Add(key);
        }

        return true;
    }
}
