using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <summary>What the router relies on in every provider, failures of every kind included, against a simulator that is told what to answer and how to fail.</summary>
public abstract partial class ScriptedProviderConformance : ProviderConformance
{
    private LlmSimulator Simulator => Target.Simulator ?? throw new InvalidOperationException("The target has no simulator.");

    /// <summary>Tells what kind an error of the backend must become. Override it where a backend says one thing and means another.</summary>
    /// <param name="said">The error, worded as the backend does.</param>
    /// <returns>The kind.</returns>
    protected virtual ProviderErrorKind KindOf(BackendError said) => said switch
    {
        BackendError.Loading => ProviderErrorKind.ModelLoading,
        BackendError.Busy => ProviderErrorKind.Overloaded,
        BackendError.RateLimited => ProviderErrorKind.RateLimited,
        BackendError.Internal => ProviderErrorKind.ServerError,
        BackendError.Unauthorized => ProviderErrorKind.Unauthorized,
        BackendError.BadRequest => ProviderErrorKind.InvalidRequest,
        BackendError.ContextExceeded => ProviderErrorKind.ContextExceeded,
        BackendError.ModelNotFound => ProviderErrorKind.ModelNotFound,
        _ => throw new ArgumentOutOfRangeException(nameof(said)),
    };

    private async Task<(ProviderException Failure, string Before)> FailAsync(bool streamed)
    {
        var before = "";
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            if (!streamed)
            {
                await Target.Chat.GetResponseAsync("Say it.", cancellationToken: Deadline);
                return;
            }

            await foreach (var update in Target.Chat.GetStreamingResponseAsync("Say it.", cancellationToken: Deadline))
            {
                before += update.Text;
            }
        });
        Assert.Equal((Target.Provider.Name, Target.Model), (failure.Provider, failure.ModelId));
        Assert.Contains(Target.Provider.Name, failure.Message, StringComparison.Ordinal);
        return (failure, before);
    }
}
