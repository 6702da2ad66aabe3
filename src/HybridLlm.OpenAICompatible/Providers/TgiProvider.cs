using System.Text.Json;
using HybridLlm.OpenAICompatible.Dialects;
using HybridLlm.OpenAICompatible.Load;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>A server of Hugging Face's text-generation-inference. It tells how busy it is, and the context of its one model elsewhere than in the list.</summary>
internal sealed class TgiProvider(ProviderContext context, OpenAICompatibleOptions options)
    : OpenAICompatibleProvider(context, options, TgiDialect.Instance), IProviderLoadSource
{
    private static readonly TimeSpan InfoTimeout = TimeSpan.FromSeconds(10);

    public Task<ProviderLoad?> GetLoadAsync(CancellationToken cancellationToken = default) =>
        GetLoadAsync(static metrics => LoadReader.ReadTgi(metrics.Span), cancellationToken);

    public override async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var models = await base.ListModelsAsync(cancellationToken).ConfigureAwait(false);
        using var info = await GetJsonAsync(new Uri(ServerAddress, "info"), InfoTimeout, cancellationToken).ConfigureAwait(false);
        var root = info.RootElement;
        var context = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("max_total_tokens", out var total) && total.ValueKind == JsonValueKind.Number
            && total.TryGetInt32(out var tokens)
            ? tokens
            : (int?)null;
        var version = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("model_sha", out var sha) && sha.ValueKind == JsonValueKind.String ? sha.GetString() : null;
        return [.. models.Select(model => model with { ContextLength = model.ContextLength ?? context, Version = version, State = ModelState.Resident })];
    }
}
