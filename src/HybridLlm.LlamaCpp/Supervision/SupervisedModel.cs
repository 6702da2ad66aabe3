using System.Globalization;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>What is known of a supervised server's model without asking the server.</summary>
internal sealed class SupervisedModel(LlamaCppOptions options, FileLocator locator)
{
    /// <summary>Describes the model while its server does not answer.</summary>
    /// <param name="state">Where the server is in its life.</param>
    /// <returns>The model.</returns>
    public ProviderModel Describe(SupervisorState state) =>
        Complete(new ProviderModel { Id = options.Alias, ContextLength = options.ContextSize, State = StateOf(state) });

    /// <summary>Adds what the file tells.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The model with its version: other weights are another file.</returns>
    public ProviderModel Complete(ProviderModel model)
    {
        if (locator.FindFile(options.ModelPath!, out _) is not { } path)
        {
            return model;
        }

        var file = new FileInfo(path);
        return model with
        {
            SizeBytes = model.SizeBytes ?? file.Length,
            Version = string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc:yyyyMMddHHmmss}"),
        };
    }

    /// <summary>Gets the state of the model.</summary>
    /// <param name="state">Where the server is in its life.</param>
    /// <returns>The state.</returns>
    public static ModelState StateOf(SupervisorState state) => state switch
    {
        SupervisorState.Running => ModelState.Resident,
        SupervisorState.Starting => ModelState.Loading,
        _ => ModelState.NotLoaded,
    };
}
