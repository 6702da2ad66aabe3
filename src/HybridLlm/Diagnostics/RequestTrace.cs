using System.Diagnostics;
using HybridLlm.Execution;
using Microsoft.Extensions.AI;

namespace HybridLlm.Diagnostics;

/// <summary>Watches over one request: its own span, which says nothing of usage so that nothing is counted twice, and one for each of its attempts.</summary>
internal sealed class RequestTrace : RunObserver, IDisposable
{
    private const string NoRoute = "no_route";

    private readonly Telemetry _telemetry;
    private readonly LlmRequest _request;
    private readonly Activity? _activity;
    private readonly bool _streamed;
    private readonly long _began;
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();
    private readonly List<AttemptRecord> _failed = [];
    private volatile AttemptTrace[] _attempts = [];
    private RoutePlan? _plan;
    private string? _responseId;
    private AttemptRecord? _last;
    private bool _disposed;

    public RequestTrace(Telemetry telemetry, LlmRequest request, bool streamed, Activity? parent, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _telemetry = telemetry;
        _request = request;
        _streamed = streamed;
        _began = telemetry.Time.GetTimestamp();
        _activity = parent is null || parent == Activity.Current
            ? telemetry.Source.StartActivity(Names.RouterSpan)
            : telemetry.Source.StartActivity(Names.RouterSpan, ActivityKind.Internal, parent.Context);
    }

    /// <summary>Tells how the request is to be answered.</summary>
    public void Planned(RoutingTrace trace)
    {
        var plan = trace.Plan;
        _plan = plan;
        _responseId = trace.ResponseId;
        var tags = new TagList { { Names.Task, plan.Profile.TaskType } };
        if (plan.Routes.Count > 0)
        {
            tags.Add(Names.Provider, plan.Routes[0].Model.Provider);
            tags.Add(Names.Model, plan.Routes[0].Model.Name);
        }

        _telemetry.Instruments.Decisions.Add(1, tags);
    }

    public override void Entered(Attempt attempt) =>
        _telemetry.Instruments.QueueWait.Record(_telemetry.Time.GetElapsedTime(attempt.Started).TotalSeconds, Instruments.Route(attempt.Model));

    public override void Began(Attempt attempt)
    {
        Count(attempt);
        Add(AttemptTrace.Begin(_telemetry, attempt, _request, _activity));
    }

    public override void SawAnswer(Attempt attempt, ChatResponse response) => Find(attempt)?.See(response);

    public override void SawUpdate(Attempt attempt, ChatResponseUpdate update, TimeSpan elapsed) => Find(attempt)?.See(update, elapsed);

    public override ValueTask<bool> MoveNextAsync(Attempt attempt, IAsyncEnumerator<ChatResponseUpdate> updates) =>
        Find(attempt) is { } trace ? trace.MoveNextAsync(updates) : updates.MoveNextAsync();

    public override void Closed(Attempt attempt) => Find(attempt)?.Close();

    public override void Ended(Attempt attempt, AttemptRecord record)
    {
        var trace = Find(attempt);
        if (trace is null)
        {
            // It never got a place, or its route is left alone: the backend was not called.
            Count(attempt);
            trace = AttemptTrace.Uncalled(_telemetry, attempt, _activity, record.Duration);
            Add(trace);
        }

        trace.End(record);
        lock (_lock)
        {
            _last = record;
            if (record.Status == OutcomeStatus.Failed)
            {
                _failed.Add(record);
            }
        }

        if (record.Status == OutcomeStatus.Escalated)
        {
            var tags = Instruments.Route(attempt.Model);
            tags.Add(Names.Task, _plan?.Profile.TaskType);
            _telemetry.Instruments.Escalations.Add(1, tags);
        }
    }

    /// <summary>Ends the request, however it went.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var attempt in _attempts)
        {
            attempt.Abandon();
        }

        var (status, error) = Result();
        var tags = new TagList { { Names.Task, _plan?.Profile.TaskType }, { Names.Status, status } };
        if (error is not null)
        {
            tags.Add(Names.ErrorType, error);
        }

        _telemetry.Instruments.RequestDuration.Record(_telemetry.Time.GetElapsedTime(_began).TotalSeconds, tags);
        if (_activity is not null)
        {
            Describe(_activity, status, error);
            Spans.Stop(_activity);
        }
    }

    /// <summary>Says how the request went. A route that answers is the last of which it is known what it came to.</summary>
    private (string Status, string? Error) Result() => _last switch
    {
        { Status: OutcomeStatus.Succeeded } => (Words.Succeeded, null),
        { Status: OutcomeStatus.Failed } failed => (Words.Failed, Words.Of(failed.Error ?? ProviderErrorKind.ServerError)),
        { Status: OutcomeStatus.Cancelled } => (Words.Cancelled, null),
        _ when _cancellation.IsCancellationRequested => (Words.Cancelled, null),
        _ when _plan is { Routes.Count: 0 } => (Words.Failed, NoRoute),
        _ => (Words.Failed, Names.OtherError),
    };

    private void Describe(Activity activity, string status, string? error)
    {
        activity.SetTag(Names.Response, _responseId);
        activity.SetTag(Names.Stream, _streamed);
        activity.SetTag(Names.Status, status);
        activity.SetTag(Names.Attempts, _attempts.Length);
        if (_plan is { } plan)
        {
            activity.SetTag(Names.Task, plan.Profile.TaskType);
            activity.SetTag(Names.Complexity, Words.Of(plan.Profile.Complexity));
            activity.SetTag(Names.Routes, plan.Routes.Count);
        }

        if (_last is { Status: OutcomeStatus.Succeeded } answer)
        {
            activity.SetTag(Names.Model, answer.Model);
            activity.SetTag(Names.Provider, answer.Provider);
        }

        if (error is not null)
        {
            activity.SetTag(Names.ErrorType, error);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Counts why there is a further attempt.</summary>
    private void Count(Attempt attempt)
    {
        var model = attempt.Model;
        var tags = Instruments.Route(model);
        if (attempt.IsHedge)
        {
            _telemetry.Instruments.Hedges.Add(1, tags);
            return;
        }

        lock (_lock)
        {
            if (_failed is not [.., var last])
            {
                return;
            }

            tags.Add(Names.ErrorType, Words.Of(last.Error ?? ProviderErrorKind.ServerError));
            if (_failed.Exists(record => record.Model == model.Name))
            {
                _telemetry.Instruments.Retries.Add(1, tags);
            }
            else
            {
                tags.Add(Names.FallbackFrom, last.Model);
                _telemetry.Instruments.Fallbacks.Add(1, tags);
            }
        }
    }

    private void Add(AttemptTrace trace)
    {
        lock (_lock)
        {
            _attempts = [.. _attempts, trace];
        }
    }

    private AttemptTrace? Find(Attempt attempt) => Array.Find(_attempts, trace => trace.Attempt == attempt);
}
