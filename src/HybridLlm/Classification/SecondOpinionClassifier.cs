using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace HybridLlm.Classification;

/// <summary>Asks a second classifier about what the first is not sure of, inside a deadline and a breaker. When it fails, the first opinion stands.</summary>
internal sealed partial class SecondOpinionClassifier : ITaskClassifier, IAsyncDisposable
{
    private const int CallsBeforeRest = 4;
    private const double FailuresBeforeRest = 0.5;

    private readonly ITaskClassifier _first;
    private readonly ITaskClassifier _second;
    private readonly SecondOpinionOptions _options;
    private readonly ResiliencePipeline _pipeline;
    private readonly ILogger<SecondOpinionClassifier> _logger;

    public SecondOpinionClassifier(ITaskClassifier first, ITaskClassifier second, SecondOpinionOptions options, TimeProvider time, ILogger<SecondOpinionClassifier> logger)
    {
        _first = first;
        _second = second;
        _options = options;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = FailuresBeforeRest,
                MinimumThroughput = CallsBeforeRest,
                SamplingDuration = options.Rest,
                BreakDuration = options.Rest,
            })
            .AddTimeout(options.Deadline)
            .Build();
    }

    /// <inheritdoc/>
    public async ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        var profile = await _first.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
        var isGuess = profile.Source is ProfileSource.Prompt or ProfileSource.Default;
        if (!isGuess || profile.Candidates.Count == 0 || IsSure(profile, request) || !MayBeTold(request))
        {
            return profile;
        }

        // It gets the words of the user and nothing else: what a harness wrapped around them is not for a model of words alone.
        var words = new LlmRequest([new ChatMessage(ChatRole.User, ConversationReader.Newest(request.Messages, out _))])
        {
            Metadata = request.Metadata,
            DataClass = request.DataClass,
            MayBeConfined = request.MayBeConfined,
        };
        try
        {
            var second = await _pipeline.ExecuteAsync(
                static async (state, token) => await state.Second.ClassifyAsync(state.Words, token).ConfigureAwait(false),
                (Second: _second, Words: words),
                cancellationToken).ConfigureAwait(false);
            return second.Abstained || second.Candidates.Count == 0 ? profile : Opinions.Combine(profile, second, _options, request.Complexity is not null);
        }
        catch (BrokenCircuitException)
        {
            LogResting();
            return profile;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception.GetType().Name);
            LogFailedWith(exception);
            return profile;
        }
    }

    private bool IsSure(TaskProfile profile, LlmRequest request) =>
        profile.TaskConfidence >= _options.BelowConfidence && (request.Complexity is not null || profile.ComplexityConfidence >= _options.BelowComplexityConfidence);

    // Which models a data class allows is for the selection to say; whoever is not known to be local is told nothing of a request that has one.
    private bool MayBeTold(LlmRequest request) =>
        _options.IsLocal || (!request.MayBeConfined && (request.DataClass is null || request.DataClass.Equals(DataClasses.Public, StringComparison.OrdinalIgnoreCase)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var classifier in (ITaskClassifier[])[_first, _second])
        {
            if (classifier is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (classifier as IDisposable)?.Dispose();
            }
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "The second opinion on what a request asks for failed ({Error}); the first one stands.")]
    private partial void LogFailed(string error);

    [LoggerMessage(1502, LogLevel.Trace, "The second opinion failed with these words, which may repeat the prompt.")]
    private partial void LogFailedWith(Exception exception);

    [LoggerMessage(1503, LogLevel.Debug, "The second opinion failed too often and rests; the first one stands.")]
    private partial void LogResting();
}
