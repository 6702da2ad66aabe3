using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <summary>
/// What the router relies on in every provider, as far as any backend shows it. A provider's test project derives from it for each real backend;
/// for a simulated one from <see cref="ScriptedProviderConformance"/>, which adds what only a script can bring about. xUnit then runs all of it there.
/// </summary>
/// <remarks>What a backend cannot do is skipped with the reason.</remarks>
public abstract partial class ProviderConformance : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ConformanceTarget? _target;

    /// <summary>Gets the backend under test.</summary>
    protected ConformanceTarget Target => _target ?? throw new InvalidOperationException("The test has not begun yet.");

    /// <summary>Gets the token that ends a test that hangs.</summary>
    protected CancellationToken Deadline => _deadline.Token;

    private static JsonElement PersonSchema { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"name":{"type":"string","maxLength":20},"age":{"type":"integer","minimum":0,"maximum":120}},"required":["name","age"],"additionalProperties":false}""");

    private protected static AITool Weather { get; } = AIFunctionFactory.CreateDeclaration(
        "get_weather",
        "Gets the weather in a city.",
        JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string","maxLength":20}},"required":["city"],"additionalProperties":false}"""));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _deadline.CancelAfter(Patience);
        _target = await CreateAsync(Deadline);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }

        _deadline.Dispose();
    }

    /// <summary>Makes the backend under test, for one test. Skips the test (<c>Assert.Skip</c>) where there is none.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The target.</returns>
    protected abstract ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken);

    /// <summary>Reads the probabilities of an answer's tokens, where the provider puts them.</summary>
    /// <param name="properties">The additional properties of a response or an update.</param>
    /// <returns>The natural logarithms, in the order of the tokens; empty if there are none.</returns>
    protected virtual IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) => [];

    /// <summary>Gets options that ask for the probabilities of tokens.</summary>
    /// <returns>The options.</returns>
    protected virtual ChatOptions AskForLogprobs() => new() { MaxOutputTokens = 8, AdditionalProperties = new() { ["logprobs"] = true, ["top_logprobs"] = 1 } };

    private protected void Need(LlmFeatures feature) => Assert.SkipUnless(Target.Features.HasFlag(feature), $"The backend has no {feature}.");

    /// <summary>Asks, as a whole or as a stream that is put together.</summary>
    private protected async Task<ChatResponse> AskAsync(string prompt, bool streamed, ChatOptions? options = null) =>
        streamed ? (await StreamAsync(prompt, options)).ToChatResponse() : await Target.Chat.GetResponseAsync(prompt, options, Deadline);

    private protected async Task<List<ChatResponseUpdate>> StreamAsync(string prompt, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Target.Chat.GetStreamingResponseAsync(prompt, options, Deadline))
        {
            updates.Add(update);
        }

        return updates;
    }
}
