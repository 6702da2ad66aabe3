using HybridLlm.OpenAICompatible.Dialects;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>A server of llama-cpp-python. Any other request, be it for its list of models, cuts the stream that runs: requests go one at a time, and nothing is asked meanwhile.</summary>
internal sealed class LlamaCppPythonProvider(ProviderContext context, OpenAICompatibleOptions options)
    : OpenAICompatibleProvider(context, options, LlamaCppPythonDialect.Instance)
{
    private volatile IReadOnlyList<ProviderModel>? _models;

    // It holds no handle, so there is nothing to dispose.
    private SemaphoreSlim Line { get; } = new(1, 1);

    public override IChatClient GetChatClient(string modelId) => new OneAtATimeChatClient(base.GetChatClient(modelId), Line);

    public override IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId) =>
        new OneAtATimeEmbeddingGenerator(base.GetEmbeddingGenerator(modelId), Line);

    public override async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        // What it listed before is true still: it loads its models when it starts.
        if (!Line.Wait(0, CancellationToken.None))
        {
            if (_models is { } known)
            {
                return known;
            }

            await Line.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return _models = await base.ListModelsAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Line.Release();
        }
    }

    public override async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        if (!Line.Wait(0, CancellationToken.None))
        {
            return new(ProviderHealthStatus.Healthy, "It is answering a request, which any question would cut.");
        }

        try
        {
            return await base.CheckHealthAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Line.Release();
        }
    }
}
