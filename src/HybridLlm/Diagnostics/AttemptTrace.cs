using System.Diagnostics;
using HybridLlm.Execution;
using Microsoft.Extensions.AI;

namespace HybridLlm.Diagnostics;

/// <summary>Watches over one attempt: its span, and what it adds to the metrics. It is told of everything that comes until it is known what the attempt came to.</summary>
internal sealed class AttemptTrace
{
    /// <summary>How many pieces of a stream are kept to be written into its span, where that is asked for.</summary>
    private const int MaxKeptUpdates = 16_384;

    private readonly Telemetry _telemetry;
    private readonly CallAttributes _call;
    private readonly Activity? _activity;
    private readonly bool _isReported;
    private readonly List<ChatResponseUpdate>? _kept;
    private readonly Lock _lock = new();
    private UsageDetails? _usage;
    private IList<ChatMessage>? _messages;
    private string? _responseId;
    private string? _responseModel;
    private ChatFinishReason? _finish;
    private TimeSpan? _firstChunk;
    private TimeSpan _lastChunk;
    private DateTime? _closed;
    private bool _isOver;

    private AttemptTrace(Telemetry telemetry, Attempt attempt, CallAttributes call, Activity? activity, bool isReported, bool keeps)
    {
        _telemetry = telemetry;
        _call = call;
        _activity = activity;
        _isReported = isReported;
        _kept = keeps && attempt.IsStream ? [] : null;
        Attempt = attempt;
    }

    public Attempt Attempt { get; }

    /// <summary>Begins to watch over a call that is about to be made.</summary>
    public static AttemptTrace Begin(Telemetry telemetry, Attempt attempt, LlmRequest request, Activity? parent)
    {
        var client = attempt.Runtime.Client;
        var mode = telemetry.Options.ClientSpans;
        var reportsItself = mode == ClientSpanMode.Never || (mode == ClientSpanMode.Auto && client.GetService(typeof(ActivitySource)) is not null);
        var call = CallAttributes.Of(attempt, client);
        var activity = Start(telemetry, attempt, parent, call, reportsItself, default);
        var keeps = telemetry.CapturesContent && !reportsItself && activity is { IsAllDataRequested: true };
        if (keeps)
        {
            MessageContent.WriteInput(activity!, request.Messages, request.Options?.Instructions);
        }

        return new(telemetry, attempt, call, activity, !reportsItself, keeps);
    }

    /// <summary>Watches over an attempt that ended before its backend was called.</summary>
    public static AttemptTrace Uncalled(Telemetry telemetry, Attempt attempt, Activity? parent, TimeSpan duration)
    {
        var call = CallAttributes.Of(attempt, null);
        var activity = Start(telemetry, attempt, parent, call, telemetry.Options.ClientSpans == ClientSpanMode.Never, DateTimeOffset.UtcNow - duration);
        activity?.SetTag(Names.Called, false);
        return new(telemetry, attempt, call, activity, isReported: false, keeps: false);
    }

    public void See(ChatResponse response)
    {
        lock (_lock)
        {
            _usage = response.Usage;
            _responseId = response.ResponseId;
            _responseModel = response.ModelId;
            _finish = response.FinishReason;
            _messages = response.Messages;
        }
    }

    public void See(ChatResponseUpdate update, TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            if (_firstChunk is null)
            {
                _firstChunk = elapsed;
            }
            else if (_isReported)
            {
                _telemetry.Instruments.TimePerOutputChunk.Record((elapsed - _lastChunk).TotalSeconds, _call.Metrics(_responseModel));
            }

            _lastChunk = elapsed;
            _responseId ??= update.ResponseId;
            _responseModel ??= update.ModelId;
            _finish = update.FinishReason ?? _finish;
            for (var i = 0; i < update.Contents.Count; i++)
            {
                _usage = (update.Contents[i] as UsageContent)?.Details ?? _usage;
            }

            if (_kept is { Count: < MaxKeptUpdates })
            {
                _kept.Add(update);
            }
        }
    }

    /// <summary>Reads on with the attempt's span as the current one, in whatever flow the caller reads.</summary>
    public ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        if (_activity is null)
        {
            return updates.MoveNextAsync();
        }

        var current = Activity.Current;
        Activity.Current = _activity;
        try
        {
            return updates.MoveNextAsync();
        }
        finally
        {
            Activity.Current = current;
        }
    }

    public void Close() => _closed ??= DateTime.UtcNow;

    public void End(AttemptRecord record)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
        }

        var error = record.Status == OutcomeStatus.Failed ? Words.Of(record.Error ?? ProviderErrorKind.ServerError) : null;
        if (_isReported)
        {
            Measure(record, error);
        }

        if (_activity is null)
        {
            return;
        }

        if (_activity.IsAllDataRequested)
        {
            Describe(_activity, record);
        }

        if (error is not null)
        {
            // Without the exception's words: servers echo prompts and keys in them.
            _activity.SetTag(Names.ErrorType, error);
            _activity.SetStatus(ActivityStatusCode.Error);
        }

        Stop(_activity);
    }

    /// <summary>Ends the span of an attempt of which nobody said what it came to, because the application's own code threw in between.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
        }

        if (_activity is not null)
        {
            _activity.SetTag(Names.ErrorType, Names.OtherError);
            _activity.SetStatus(ActivityStatusCode.Error);
            Stop(_activity);
        }
    }

    private static Activity? Start(Telemetry telemetry, Attempt attempt, Activity? parent, CallAttributes call, bool reportsItself, DateTimeOffset start)
    {
        var above = parent is null || parent == Activity.Current ? default : parent.Context;
        var activity = reportsItself
            ? telemetry.Source.StartActivity(Names.AttemptSpan, ActivityKind.Internal, above, null, null, start)
            : telemetry.Source.StartActivity(ActivityKind.Client, above, call.AtStart, null, start, call.SpanName);
        if (activity is { IsAllDataRequested: true })
        {
            CallAttributes.Describe(activity, attempt, reportsItself);
        }

        return activity;
    }

    private void Measure(AttemptRecord record, string? error)
    {
        var instruments = _telemetry.Instruments;
        var tags = _call.Metrics(_responseModel);
        if (_firstChunk is { } first)
        {
            instruments.TimeToFirstChunk.Record(first.TotalSeconds, tags);
        }

        if (_usage?.InputTokenCount is { } input)
        {
            instruments.TokenUsage.Record(input, With(tags, Names.TokenType, "input"));
        }

        if (_usage?.OutputTokenCount is { } output)
        {
            instruments.TokenUsage.Record(output, With(tags, Names.TokenType, "output"));
        }

        instruments.OperationDuration.Record(record.Duration.TotalSeconds, error is null ? tags : With(tags, Names.ErrorType, error));
    }

    private static TagList With(TagList tags, string key, string value)
    {
        tags.Add(key, value);
        return tags;
    }

    private void Describe(Activity activity, AttemptRecord record)
    {
        activity.SetTag(Names.Status, Words.Of(record.Status));
        activity.SetTag(Names.Confidence, record.Confidence?.Value);
        if (!_isReported)
        {
            return;
        }

        activity.SetTag(Names.ResponseId, _responseId);
        activity.SetTag(Names.ResponseModel, _responseModel);
        activity.SetTag(Names.ResponseFinishReasons, _finish is { } finish ? new[] { finish.Value } : null);
        activity.SetTag(Names.ResponseTimeToFirstChunk, _firstChunk?.TotalSeconds);
        activity.SetTag(Names.UsageInput, _usage?.InputTokenCount);
        activity.SetTag(Names.UsageOutput, _usage?.OutputTokenCount);
        activity.SetTag(Names.UsageCacheRead, _usage?.CachedInputTokenCount);
        activity.SetTag(Names.UsageReasoning, _usage?.ReasoningTokenCount);
        if (_telemetry.CapturesContent && (_messages ?? _kept?.ToChatResponse().Messages) is { } messages)
        {
            MessageContent.WriteOutput(activity, messages, _finish);
        }
    }

    private void Stop(Activity activity)
    {
        if (_closed is { } closed)
        {
            activity.SetEndTime(closed);
        }

        Spans.Stop(activity);
    }
}
