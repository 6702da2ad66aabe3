using HybridLlm.Ollama.Chat;
using HybridLlm.Ollama.Models;
using HybridLlm.Ollama.Wire;
using HybridLlm.OpenAICompatible.Http;

namespace HybridLlm.Ollama;

/// <summary>The parts that everything which talks to one server shares.</summary>
internal sealed class OllamaServer
{
    private readonly bool _cloudModels;

    internal OllamaServer(OpenAITransport transport, OllamaOptions options, TimeSpan loadBudget)
    {
        _cloudModels = options.CloudModels;
        Api = new(transport);
        Contexts = new(options);
        Pending = new();
        Inventory = new(Api, Contexts, Pending, options.CloudModels);
        Loader = new(Api, Inventory, Contexts, Pending, options.KeepAlive, loadBudget, transport.Clock);
        Downloads = new(Api, options.DownloadStallTimeout);
        Prompts = new(Contexts, GetVersionOrNullAsync, transport.Provider);
    }

    internal OllamaApi Api { get; }

    internal ContextPolicy Contexts { get; }

    internal PendingCalls Pending { get; }

    internal ModelInventory Inventory { get; }

    internal ModelLoader Loader { get; }

    internal ModelDownloads Downloads { get; }

    internal PromptCheck Prompts { get; }

    /// <summary>Refuses a model that runs elsewhere, unless that was allowed: privacy rules take the provider for local.</summary>
    /// <param name="modelId">The model.</param>
    /// <exception cref="ProviderException">The name says that the model runs in Ollama's cloud.</exception>
    internal void CheckLocal(string modelId)
    {
        if (!_cloudModels && ModelName.IsCloud(modelId))
        {
            throw Api.Transport.Fail(ProviderErrorKind.ModelNotFound, $"does not pass requests to '{modelId}' on to Ollama's cloud; CloudModels of the provider allows it", modelId);
        }
    }

    /// <summary>Asks the server for its version.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The version as it is written.</returns>
    /// <exception cref="ProviderException">The server did not answer, or is no Ollama.</exception>
    internal async Task<string> GetVersionAsync(CancellationToken cancellationToken)
    {
        using var answer = await Api.GetAsync("api/version", cancellationToken).ConfigureAwait(false);
        return answer.RootElement.Text("version")
            ?? throw Api.Transport.Fail(ProviderErrorKind.InvalidResponse, "does not tell a version; it seems to be no Ollama", null);
    }

    private async Task<Version?> GetVersionOrNullAsync(CancellationToken cancellationToken)
    {
        try
        {
            var text = await GetVersionAsync(cancellationToken).ConfigureAwait(false);
            var dash = text.IndexOf('-', StringComparison.Ordinal);
            return !Version.TryParse(dash < 0 ? text : text[..dash], out var version) ? null
                : version == new Version(0, 0, 0) ? new Version(int.MaxValue, 0, 0) // Built from source, without a number.
                : version;
        }
        catch (ProviderException)
        {
            return null; // A server that does not say is taken for an old one.
        }
    }
}
