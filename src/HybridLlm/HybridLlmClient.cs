using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using HybridLlm.Confidence;
using HybridLlm.Diagnostics;
using HybridLlm.Execution;
using HybridLlm.Experiments;
using HybridLlm.Runtime;
using HybridLlm.Selection;
using HybridLlm.StructuredOutput;
using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Strings the floors together: classify, plan, execute; what was learned on the way is recorded by the execution.</summary>
internal sealed class HybridLlmClient(
    SnapshotManager snapshots,
    ITaskClassifier classifier,
    IModelSelector selector,
    IPerformanceTracker tracker,
    RouteExecutor executor,
    Escalator escalator,
    OutcomeRecorder recorder,
    RecentResponses recent,
    ConversationMemory conversations,
    Telemetry telemetry,
    ShadowMirror mirror,
    Func<CancellationToken, Task> loadMemory) : IHybridLlmClient
{
    private static readonly ChatClientMetadata Metadata = new("hybridllm");
    private long _requests;

    public async Task<LlmResponse> GenerateAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var trace = telemetry.Begin(request, streamed: false, parent: null, cancellationToken);
        var run = await PrepareAsync(request, streamed: false, check: null, trace, cancellationToken).ConfigureAwait(false);
        var response = await executor.GetResponseAsync(run).ConfigureAwait(false);
        Remember(run);
        Mirror(run, response);
        return new(response, run.Trace);
    }

    public async Task<LlmResponse<T>> GenerateAsync<T>(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = JsonAnswer<T>.For(request.SerializerOptions);
        var options = request.Options?.Clone() ?? new();
        options.ResponseFormat ??= answer.Format;
        T? value = default;
        request = request with { Options = options };
        using var trace = telemetry.Begin(request, streamed: false, parent: null, cancellationToken);
        var run = await PrepareAsync(request, streamed: false, response => answer.Read(response.Text, out value), trace, cancellationToken).ConfigureAwait(false);
        var response = await executor.GetResponseAsync(run).ConfigureAwait(false);
        Remember(run);
        Mirror(run, response);
        return new(response, run.Trace, value!);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GenerateStreamingAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return StreamAsync(request, telemetry.Parent, cancellationToken);
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = RequestHints.Read(messages, options);
        using var trace = telemetry.Begin(request, streamed: false, parent: null, cancellationToken);
        var run = await PrepareAsync(request, streamed: false, check: null, trace, cancellationToken).ConfigureAwait(false);
        var response = await executor.GetResponseAsync(run).ConfigureAwait(false);
        Remember(run);
        Mirror(run, response);
        (response.AdditionalProperties ??= [])[HybridLlmOptionKeys.Trace] = run.Trace;
        return response;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(RequestHints.Read(messages, options), telemetry.Parent, cancellationToken);

    public async IAsyncEnumerable<LlmBatchItem> GenerateBatchAsync(
        IEnumerable<LlmRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var width = snapshots.Current.Options.Routing.BatchConcurrency;
        var finished = Channel.CreateBounded<LlmBatchItem>(width);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = RunBatchAsync(requests, width, finished.Writer, stop.Token);
        try
        {
            await foreach (var item in finished.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask<RoutePlan> PlanAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var snapshot = await snapshots.GetAsync(cancellationToken).ConfigureAwait(false);
        return await PlanAsync(snapshot, snapshot.Guard(request), streamed: false, ordinal: 0, id: null, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask RecordFeedbackAsync(string responseId, Feedback feedback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responseId);
        ArgumentNullException.ThrowIfNull(feedback);
        cancellationToken.ThrowIfCancellationRequested();
        return recorder.TryRate(responseId, feedback.Rating) ? ValueTask.CompletedTask : new(RateEarlierAsync(responseId, feedback, cancellationToken));
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the container owns what the client uses.</summary>
    public void Dispose()
    {
    }

    /// <summary>Rates an answer of an earlier run, which is known once the journal was read.</summary>
    private async Task RateEarlierAsync(string responseId, Feedback feedback, CancellationToken cancellationToken)
    {
        await loadMemory(cancellationToken).ConfigureAwait(false);
        if (!recorder.TryRate(responseId, feedback.Rating))
        {
            throw new UnknownResponseException(responseId);
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        LlmRequest request, Activity? parent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var trace = telemetry.Begin(request, streamed: true, parent, cancellationToken);
        var run = await PrepareAsync(request, streamed: true, check: null, trace, cancellationToken).ConfigureAwait(false);
        var answer = await executor.OpenStreamAsync(run).ConfigureAwait(false);
        Remember(run);
        var heard = ShadowOf(run) is null ? null : new StringBuilder();
        try
        {
            (answer.Current.AdditionalProperties ??= [])[HybridLlmOptionKeys.Trace] = run.Trace;
            while (await answer.MoveNextAsync().ConfigureAwait(false))
            {
                if (heard?.Length < AnswerAgreement.LongestText)
                {
                    heard.Append(answer.Current.Text);
                }

                yield return answer.Current;
            }

            if (heard is not null && ShadowOf(run) is { } target)
            {
                mirror.Offer(new(target, run.Request, run.Trace.Plan.Profile, run.Trace.ResponseId, heard.ToString(), Streamed: true));
            }
        }
        finally
        {
            await answer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<RequestRun> PrepareAsync(
        LlmRequest request, bool streamed, Func<ChatResponse, string?>? check, RequestTrace? observer, CancellationToken cancellationToken)
    {
        var snapshot = await snapshots.GetAsync(cancellationToken).ConfigureAwait(false);
        request = snapshot.Guard(request);
        var id = recent.NextId();
        var plan = await PlanAsync(snapshot, request, streamed, Interlocked.Increment(ref _requests), id, cancellationToken).ConfigureAwait(false);
        var trace = new RoutingTrace(id, plan);
        observer?.Planned(trace);
        if (plan.Routes.Count == 0)
        {
            throw new NoRouteAvailableException(plan);
        }

        return new(request, trace, snapshot.Routes, snapshot.Execution, recorder, streamed, cancellationToken)
        {
            Check = check,
            Observer = observer,
            Escalation = escalator.Begin(request, trace, snapshot.Execution.Escalation, streamed),
        };
    }

    private void Remember(RequestRun run)
    {
        if (run.Trace.Model is { } model)
        {
            conversations.Remember(run.Request, model);
        }
    }

    /// <summary>Gives the candidate a request that was answered by another model, if there is a candidate and the request is drawn.</summary>
    private void Mirror(RequestRun run, ChatResponse response)
    {
        if (ShadowOf(run) is { } target)
        {
            mirror.Offer(new(target, run.Request, run.Trace.Plan.Profile, run.Trace.ResponseId, response.Text, Streamed: false));
        }
    }

    private ShadowTarget? ShadowOf(RequestRun run) =>
        snapshots.Current.Shadow is { } target
        && ShadowMirror.Draws(target, run.Trace)
        && !(target.Catalog.TryFind(target.Options.Model!, out var candidate) && candidate.Name == run.Trace.Model)
            ? target
            : null;

    private async ValueTask<RoutePlan> PlanAsync(
        RoutingSnapshot snapshot, LlmRequest request, bool streamed, long ordinal, string? id, CancellationToken cancellationToken)
    {
        var profile = await classifier.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
        var context = new SelectionContext
        {
            Request = request,
            Profile = profile,
            Catalog = snapshot.Catalog,
            Performance = tracker,
            Availability = snapshot.Routes,
            Routing = snapshot.Options.Routing,
            Ordinal = ordinal,
            Conversation = conversations.Recall(request),
        };
        var plan = await selector.SelectAsync(context, cancellationToken).ConfigureAwait(false);
        var escalation = snapshot.Execution.Escalation;
        plan = streamed && escalation.Options.HoldBackTokens == 0 ? plan : escalator.Order.Apply(plan, context, escalation, isForRequest: ordinal > 0);
        return snapshot.Experiments is { } experiments ? experiments.Apply(plan, context, id) : plan;
    }

    private async Task RunBatchAsync(
        IEnumerable<LlmRequest> requests, int width, ChannelWriter<LlmBatchItem> finished, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = width, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(requests.Index(), parallel, async (item, token) =>
            {
                var result = await GenerateItemAsync(item.Index, item.Item, token).ConfigureAwait(false);
                await finished.WriteAsync(result, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Reaches the reader of the batch through the channel.
            fault = exception;
        }

        finished.Complete(fault);
    }

    private async Task<LlmBatchItem> GenerateItemAsync(int index, LlmRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new(index, request, await GenerateAsync(request, cancellationToken).ConfigureAwait(false), null);
        }
        catch (HybridLlmException exception)
        {
            return new(index, request, null, exception);
        }
    }
}
