namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Finds out what models can do beyond what the list of models says. Never loads a model.</summary>
internal sealed class FeatureProbe(IServerApi api, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int NotSupported = 501;
    private volatile Finding? _embeddings;

    /// <summary>Completes an entry of the list.</summary>
    /// <param name="model">The entry.</param>
    /// <param name="server">What the server says of itself.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The entry with its features, context and state.</returns>
    public async Task<ProviderModel> CompleteAsync(ProviderModel model, LlamaCppServerInfo server, CancellationToken cancellationToken)
    {
        if (server.IsRouter)
        {
            return model.State == ModelState.Resident ? await AskRouterAsync(model, cancellationToken).ConfigureAwait(false) : model;
        }

        var features = server.Features ?? LlmFeatures.None;
        if (!server.IsSleeping && await MakesEmbeddingsAsync(server, cancellationToken).ConfigureAwait(false))
        {
            features |= LlmFeatures.Embeddings;
        }

        return model with
        {
            Features = features,
            ContextLength = server.ContextLength ?? model.ContextLength,
            State = server.IsSleeping ? ModelState.NotLoaded : ModelState.Resident,
        };
    }

    private async Task<ProviderModel> AskRouterAsync(ProviderModel model, CancellationToken cancellationToken)
    {
        try
        {
            using var props = await api.GetAsync($"props?model={Uri.EscapeDataString(model.Id)}&autoload=false", cancellationToken).ConfigureAwait(false);
            var info = ServerInfoReader.ReadProps(props.RootElement);
            return model with { Features = info.Features ?? model.Features, ContextLength = info.ContextLength ?? model.ContextLength };
        }
        catch (ProviderException)
        {
            // It was unloaded just now; the list as it is remains right.
            return model;
        }
    }

    /// <summary>
    /// The server does not say whether it makes embeddings, but refuses a request without input differently when it does not. It stays so while it runs.
    /// </summary>
    private async Task<bool> MakesEmbeddingsAsync(LlamaCppServerInfo server, CancellationToken cancellationToken)
    {
        var known = _embeddings;
        if (known is not null && known.ModelPath == server.ModelPath && known.Build == server.Build)
        {
            return known.MakesEmbeddings;
        }

        // A server that hangs answers this no more than a chat. Its list must not hang with it, or nobody would find out that it is the chats that do.
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var makes = false;
        try
        {
            using var answer = await api.PostAsync("v1/embeddings", static writer =>
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }, either.Token).ConfigureAwait(false);
            makes = true;
        }
        catch (ProviderException exception) when (exception.StatusCode is { } status)
        {
            makes = status is >= 400 and < 500 and not 404;
            if (!makes && status != NotSupported)
            {
                return false;
            }
        }

        catch (Exception exception) when (exception is OperationCanceledException or ProviderException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        _embeddings = new(server.ModelPath, server.Build, makes);
        return makes;
    }

    private sealed record Finding(string? ModelPath, string? Build, bool MakesEmbeddings);
}
