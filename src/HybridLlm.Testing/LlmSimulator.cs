using System.Text;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing;

/// <summary>
/// An LLM backend inside the test's own process: it listens on a port of the loopback interface, speaks the wire of a real backend,
/// answers what the test scripts, and misbehaves as <see cref="Faults"/> say.
/// </summary>
/// <remarks>All members are safe to use from several threads.</remarks>
public abstract class LlmSimulator : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<RecordedRequest> _requests = new();
    private readonly WireServer _server;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;
    private long _task;
    private int _active;
    private int _disposed;

    private protected LlmSimulator(LlmSimulatorOptions options)
    {
        options.Validate();
        Settings = options;
        Clock = options.TimeProvider;
        Slots = new SlotPool(options.Slots, Changed);
        _server = new WireServer(this, options);
    }

    /// <summary>Gets the base address, such as <c>http://127.0.0.1:40123/</c>; it stays the same while the simulator lives.</summary>
    public Uri Endpoint => new($"http://{_server.Address}/");

    /// <summary>Gets the faults; none at first.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Gets what the models answer.</summary>
    public ReplyScript Replies { get; } = new();

    /// <summary>Gets the requests so far, oldest first; the newest <see cref="LlmSimulatorOptions.MaxRecordedRequests"/> of them.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Gets how many requests came so far, also those that the log no longer keeps.</summary>
    public long RequestCount => Interlocked.Read(ref _count);

    /// <summary>Gets how many requests are open: read, and neither answered nor given up.</summary>
    public int ActiveRequests => Volatile.Read(ref _active);

    /// <summary>Gets how many requests generate.</summary>
    public int BusySlots => Pools.Sum(static pool => pool.Busy);

    /// <summary>Gets how many requests wait for a slot, or for a model to be loaded.</summary>
    public int QueuedRequests => Pools.Sum(static pool => pool.Waiting) + WaitingForModel;

    /// <summary>Gets a value indicating whether the simulator accepts connections.</summary>
    public bool IsListening => _server.IsListening;

    internal LlmSimulatorOptions Settings { get; }

    internal TimeProvider Clock { get; }

    internal SlotPool Slots { get; }

    /// <summary>Gets all slots there are: those of every model, where each has its own.</summary>
    private protected virtual IEnumerable<SlotPool> Pools => [Slots];

    /// <summary>Gets how many requests wait for a model to be loaded.</summary>
    private protected virtual int WaitingForModel => 0;

    /// <summary>Gets the length above which a body goes out in chunks although it is not streamed; <see langword="null"/> for never.</summary>
    internal virtual int? ChunksAbove => null;

    /// <summary>Gets a value indicating whether streams are lines of JSON rather than server-sent events.</summary>
    internal virtual bool StreamsLines => false;

    /// <summary>Gets the whole answer to bytes that are no HTTP request, before the connection is closed.</summary>
    internal abstract string MalformedRequestAnswer { get; }

    /// <summary>Gets the number of requests after which a connection is closed; <see langword="null"/> for no limit.</summary>
    internal virtual int? MaxRequestsPerConnection => null;

    /// <summary>
    /// Stops accepting connections: from now on they are refused. The port stays reserved, and <see cref="StartListeningAsync"/> opens
    /// it again.
    /// </summary>
    /// <param name="closeConnections">Whether the connections that are open end as well, as they do when a process dies; without the last chunk.</param>
    /// <returns>A task that completes when connections are refused.</returns>
    public Task StopListeningAsync(bool closeConnections = true) => _server.StopAsync(closeConnections);

    /// <summary>Accepts connections again, on the same port. Does nothing while the simulator listens.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes when connections are accepted.</returns>
    public Task StartListeningAsync(CancellationToken cancellationToken = default) => _server.StartAsync(cancellationToken);

    /// <summary>Makes an HTTP client whose base address is <see cref="Endpoint"/>, with connections of its own.</summary>
    /// <returns>The client; the caller disposes it.</returns>
    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Endpoint, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Waits until a request has come that meets a condition, one that is in the log already included.</summary>
    /// <param name="condition">The condition; it is tried again whenever anything changes, so it may ask for the progress of the request.</param>
    /// <param name="cancellationToken">Cancels the wait: give it the test's own deadline.</param>
    /// <returns>The first such request.</returns>
    public async Task<RecordedRequest> WaitForRequestAsync(Func<RecordedRequest, bool> condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        RecordedRequest? found = null;
        await WaitForAsync(() => (found = Requests.FirstOrDefault(condition)) is not null, cancellationToken).ConfigureAwait(false);
        return found!;
    }

    /// <summary>Waits until so many requests have come since the start.</summary>
    /// <param name="count">The number.</param>
    /// <param name="cancellationToken">Cancels the wait: give it the test's own deadline.</param>
    /// <returns>A task that completes when they have come.</returns>
    public Task WaitForRequestCountAsync(long count, CancellationToken cancellationToken) =>
        WaitForAsync(() => RequestCount >= count, cancellationToken);

    /// <summary>Waits until exactly so many requests are open; 0 to wait for the end of all.</summary>
    /// <param name="count">The number.</param>
    /// <param name="cancellationToken">Cancels the wait: give it the test's own deadline.</param>
    /// <returns>A task that completes when so many are open.</returns>
    public Task WaitForActiveRequestsAsync(int count, CancellationToken cancellationToken) =>
        WaitForAsync(() => ActiveRequests == count, cancellationToken);

    /// <summary>Waits until a condition on the simulator holds. It is tried now, and again whenever a request comes, progresses or ends.</summary>
    /// <param name="condition">The condition, such as one on <see cref="BusySlots"/> and <see cref="QueuedRequests"/>.</param>
    /// <param name="cancellationToken">Cancels the wait: give it the test's own deadline.</param>
    /// <returns>A task that completes when the condition holds.</returns>
    public async Task WaitForAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        while (true)
        {
            // Taken before the look, so that a change after it is not missed.
            var changed = Volatile.Read(ref _changed).Task;
            if (condition())
            {
                return;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops listening and ends all connections. Does nothing the second time.</summary>
    /// <returns>A task that completes when no request is worked on any more.</returns>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await DisposeCoreAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Puts the head of an answer into the backend's own headers, their order and their case.</summary>
    internal abstract string WriteHead(ResponseHead head, WireRequest request);

    /// <summary>Words an error as the backend does.</summary>
    internal abstract Answer ErrorAnswer(BackendError error);

    /// <summary>Makes the events with which an error comes inside a stream.</summary>
    internal abstract IReadOnlyList<byte[]> StreamError(StreamErrorForm form);

    /// <summary>Makes an answer, or an event, without choices.</summary>
    internal abstract byte[] EmptyChoices(bool streamed);

    /// <summary>Says whether the backend closes the connection after an answer of this status.</summary>
    internal virtual bool ClosesAfter(int status) => false;

    /// <summary>Says whether a request asks a model for something.</summary>
    internal abstract bool IsGeneration(WireRequest request);

    /// <summary>Answers a request that no fault has dealt with.</summary>
    internal abstract Task RouteAsync(Exchange exchange);

    internal long NextTask() => Interlocked.Increment(ref _task) - 1;

    /// <summary>Wakes whoever waits for something to change.</summary>
    internal void Changed() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Records a request and answers it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Where the answer goes.</param>
    /// <param name="lastOnConnection">Whether the connection ends after this answer.</param>
    /// <param name="stopping">Canceled when the simulator drops its connections.</param>
    /// <param name="gone">Canceled then, and when the client leaves.</param>
    internal async Task HandleAsync(WireRequest request, ResponseWriter response, bool lastOnConnection, CancellationToken stopping, CancellationToken gone)
    {
        var record = new RecordedRequest(Interlocked.Increment(ref _count), request, Clock.GetUtcNow(), IsGeneration(request));
        lock (_gate)
        {
            _requests.Enqueue(record);
            if (_requests.Count > Settings.MaxRecordedRequests)
            {
                _requests.Dequeue();
            }
        }

        Interlocked.Increment(ref _active);
        record.Fault = Faults.ForRequest(record);
        Changed();
        var outcome = RequestOutcome.Aborted;

        // Told at once, even where the backend goes on working for nobody.
        using var leaving = gone.Register(() =>
        {
            if (!response.Finishing && !response.Cut)
            {
                Conclude(record, response.ClientHasLeft ? RequestOutcome.ClientDisconnected : RequestOutcome.Aborted);
            }
        });
        try
        {
            var exchange = new Exchange(this, request, record, record.Fault, response, lastOnConnection) { Stopping = stopping, Gone = gone };
            if (record.Fault is null || !await record.Fault.InterceptAsync(exchange).ConfigureAwait(false))
            {
                await RouteAsync(exchange).ConfigureAwait(false);
            }

            outcome = response.Started && !response.Cut ? RequestOutcome.Completed : RequestOutcome.Aborted;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested || response.ClientHasLeft || response.Finishing)
        {
            outcome = response.ClientHasLeft ? RequestOutcome.ClientDisconnected : RequestOutcome.Aborted;
            response.Close();
        }
        catch (Exception error)
        {
            // A script of the test threw, or the simulator is wrong: the test can see it in the log, the client in the answer.
            record.Error = error;
            await FailAsync(response, error).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
            Conclude(record, outcome);
        }
    }

    private static async Task FailAsync(ResponseWriter response, Exception error)
    {
        if (response.Started)
        {
            response.Reset();
            return;
        }

        var head = new ResponseHead(500, "text/plain; charset=utf-8") { Close = true };
        await response.SendAsync(head, Encoding.UTF8.GetBytes($"The simulator failed: {error}")).ConfigureAwait(false);
    }

    private void Conclude(RecordedRequest record, RequestOutcome outcome)
    {
        record.Complete(outcome);
        Changed();
    }

    private protected virtual ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;

    private protected Task OpenAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);
}
