using System.Runtime.CompilerServices;
using HybridLlm.Metrics;
using HybridLlm.Testing;

namespace HybridLlm.Tests.Metrics;

public sealed class RecordingPerformanceTrackerTests : IAsyncDisposable
{
    private static readonly MetricsOptions Options = new() { FlushInterval = TimeSpan.FromSeconds(2), Retention = TimeSpan.FromDays(30) };

    private readonly ManualTimeProvider _time = new(Outcomes.Epoch.AddDays(100));
    private readonly LogRecorder<RecordingPerformanceTracker> _log = new();
    private readonly MemoryStore _store = new();
    private readonly RoutingOptions _routing = new();
    private readonly RecordingPerformanceTracker _tracker;

    public RecordingPerformanceTrackerTests() => _tracker = Create(_store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _tracker.DisposeAsync();

    [Fact]
    public async Task Outcomes_are_saved_when_the_flush_interval_has_passed()
    {
        await _tracker.StartAsync(Token);
        var outcome = Outcomes.Success();

        _tracker.Record(outcome);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(Options.FlushInterval - TimeSpan.FromTicks(1));
        Assert.Empty(_store.Saved);
        _time.Advance(TimeSpan.FromTicks(1));
        await _store.WaitForSavesAsync(1, Token);

        Assert.Equal([outcome], _store.Saved);
        Assert.Equal(1, _tracker.GetPerformance("m", "t").Total);
        Assert.Equal(1, _tracker.GetPerformance("m", "t", ComplexityLevel.Medium).Total);
        Assert.Single(_tracker.GetAll());
    }

    [Fact]
    public async Task A_full_batch_does_not_wait_for_the_interval()
    {
        await _tracker.StartAsync(Token);
        for (var i = 0; i < OutcomeJournal.BatchSize; i++)
        {
            _tracker.Record(Outcomes.Success());
        }

        await _store.WaitForSavesAsync(OutcomeJournal.BatchSize, Token);
    }

    [Fact]
    public async Task Flush_saves_everything_in_order_without_a_start()
    {
        var outcomes = Enumerable.Range(0, 2_500).Select(i => Outcomes.Success(second: i)).ToList();
        outcomes.ForEach(_tracker.Record);

        Assert.True(await _tracker.FlushAsync(Token));

        Assert.Equal(outcomes, _store.Saved);
    }

    [Fact]
    public async Task A_restart_remembers_and_leaves_out_what_is_past_its_retention()
    {
        var now = _time.GetUtcNow();
        _store.Saved.AddRange(
        [
            Outcomes.Failure() with { Timestamp = now.AddDays(-31) },
            Outcomes.Success() with { Timestamp = now.AddDays(-29) },
            Outcomes.Rating(0.75, "r") with { Timestamp = now.AddDays(-1) },
        ]);

        await _tracker.StartAsync(Token);
        await _tracker.StartAsync(Token);

        var performance = _tracker.GetPerformance("m", "t");
        Assert.Equal((1, 1.0, 0.75), (performance.Total, performance.SuccessRate, performance.Rating));
        await _store.WaitForPrunesAsync(1, Token);
        Assert.Equal(2, _store.Saved.Count);
        Assert.Contains("Loaded 2 outcomes from MemoryStore.", _log.Lines);
    }

    [Fact]
    public async Task What_was_learned_survives_a_restart_over_files()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(9);
        ModelPerformance before;
        await using (var store = new JsonMetricsStore(folder.Path))
        await using (var tracker = Create(store))
        {
            for (var i = 0; i < 500; i++)
            {
                tracker.Record(random.Next(3) == 0 ? Outcomes.Failure(second: i) : Outcomes.Success(ms: random.Next(1, 900), second: i));
                tracker.Record(Outcomes.Rating(random.NextDouble(), "r" + random.Next(50), second: i));
            }

            before = tracker.GetPerformance("m", "t");
        }

        _time.AdjustWallClock(TimeSpan.FromDays(-90));
        await using var again = new JsonMetricsStore(folder.Path);
        await using var restarted = Create(again);
        await restarted.StartAsync(Token);

        Assert.Equal(before, restarted.GetPerformance("m", "t"));
    }

    [Fact]
    public async Task Nothing_is_saved_before_the_replay_is_over_so_that_nothing_is_learned_twice()
    {
        _store.Block();
        _tracker.Record(Outcomes.Success());
        var flush = _tracker.FlushAsync(Token);
        await _store.Entered.WaitAsync(Token);
        Assert.Empty(_store.Saved);
        Assert.Equal(1, _tracker.GetPerformance("m", "t").Total);

        _store.Unblock();
        Assert.True(await flush);

        Assert.Single(_store.Saved);
        Assert.Equal(1, _tracker.GetPerformance("m", "t").Total);
    }

    [Fact]
    public async Task A_store_that_fails_is_a_single_warning_and_is_tried_again_until_it_works()
    {
        await _tracker.StartAsync(Token);
        _store.Failure = new IOException("No space left on device.");
        var outcomes = Enumerable.Range(0, 5).Select(i => Outcomes.Success(second: i)).ToList();
        outcomes[..3].ForEach(_tracker.Record);
        Assert.False(await _tracker.FlushAsync(Token));
        Assert.False(await _tracker.FlushAsync(Token));
        outcomes[3..].ForEach(_tracker.Record);

        var warning = Assert.Single(_log.Warnings);
        Assert.Contains("MemoryStore", warning, StringComparison.Ordinal);
        Assert.Contains("No space left on device.", warning, StringComparison.Ordinal);
        Assert.Contains("HybridLlm:Metrics:Path", warning, StringComparison.Ordinal);
        Assert.Equal(5, _tracker.GetPerformance("m", "t").Total);

        _store.Failure = null;
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _store.WaitForSavesAsync(5, Token);
        Assert.True(await _tracker.FlushAsync(Token));

        Assert.Equal(outcomes, _store.Saved);
        Assert.Contains("Outcomes are saved to MemoryStore again.", _log.Lines);
    }

    [Fact]
    public async Task Retries_slow_down_to_once_a_minute()
    {
        await _tracker.StartAsync(Token);
        _store.Failure = new IOException("away");
        _tracker.Record(Outcomes.Success());
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(Options.FlushInterval);
        List<double> delays = [];
        for (var i = 1; i <= 9; i++)
        {
            await _store.WaitForAttemptsAsync(i, Token);
            await _time.WaitForTimersAsync(1, Token);
            delays.Add(_time.UntilNextTimer!.Value.TotalSeconds);
            _time.AdvanceToNextTimer();
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], delays);
    }

    [Fact]
    public async Task An_unwritable_folder_is_named_in_the_warning_and_the_application_goes_on()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!);
        await File.WriteAllTextAsync(folder.Path, "in the way", Token);
        await using var store = new JsonMetricsStore(folder.Path);
        await using var tracker = Create(store);

        tracker.Record(Outcomes.Success());

        Assert.False(await tracker.FlushAsync(Token));
        Assert.Contains(folder.Path, Assert.Single(_log.Warnings), StringComparison.Ordinal);
        Assert.Equal(1, tracker.GetPerformance("m", "t").Total);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_a_warning()
    {
        _store.ReadFailure = new IOException("bad sector");

        await _tracker.StartAsync(Token);

        Assert.Contains("bad sector", Assert.Single(_log.Warnings), StringComparison.Ordinal);
        _tracker.Record(Outcomes.Success());
        Assert.True(await _tracker.FlushAsync(Token));
    }

    [Fact]
    public async Task Under_overload_the_oldest_go_and_are_counted()
    {
        await _tracker.StartAsync(Token);
        _store.Block();
        _tracker.Record(Outcomes.Success(second: -1));
        var flush = _tracker.FlushAsync(Token);
        await _store.Entered.WaitAsync(Token);
        var outcomes = Enumerable.Range(0, OutcomeJournal.QueueCapacity + 7).Select(i => Outcomes.Success(second: i)).ToList();
        outcomes.ForEach(_tracker.Record);

        _store.Unblock();
        Assert.True(await flush);
        Assert.True(await _tracker.FlushAsync(Token));

        Assert.Equal(outcomes[7..], _store.Saved[1..]);
        Assert.StartsWith("7 outcomes", Assert.Single(_log.Warnings), StringComparison.Ordinal);
        Assert.Equal(outcomes.Count + 1, _tracker.GetPerformance("m", "t").Total);
    }

    [Fact]
    public async Task Stopping_saves_what_waits_and_later_outcomes_stay_in_memory()
    {
        _tracker.Record(Outcomes.Success());

        await _tracker.StopAsync(Token);
        await _tracker.StopAsync(Token);
        _tracker.Record(Outcomes.Success());

        Assert.Single(_store.Saved);
        Assert.Equal(2, _tracker.GetPerformance("m", "t").Total);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public async Task A_store_that_hangs_does_not_hold_up_the_end_of_the_application()
    {
        await _tracker.StartAsync(Token);
        _store.Block();
        _tracker.Record(Outcomes.Success());
        var stop = _tracker.StopAsync(Token);
        await _store.Entered.WaitAsync(Token);
        Assert.False(stop.IsCompleted);

        _time.Advance(RecordingPerformanceTracker.StopTimeout);
        await stop;

        Assert.StartsWith("1 outcomes could not be saved", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_that_disposes_synchronously_saves_too()
    {
        _tracker.Record(Outcomes.Success());

        _tracker.Dispose();

        Assert.Single(_store.Saved);
    }

    [Fact]
    public async Task Never_started_never_touches_the_store()
    {
        await _tracker.StopAsync(Token);

        Assert.Equal(0, _store.Prunes);
        await _tracker.StartAsync(Token);
        Assert.Equal(0, _store.Prunes);
    }

    [Fact]
    public async Task Without_a_store_it_learns_in_memory_only()
    {
        await using var tracker = Create(store: null);

        await tracker.StartAsync(Token);
        tracker.Record(Outcomes.Success());

        Assert.True(await tracker.FlushAsync(Token));
        Assert.Equal(1, tracker.GetPerformance("m", "t").Total);
    }

    [Fact]
    public async Task Old_outcomes_are_deleted_once_a_day_while_the_process_runs()
    {
        await _tracker.StartAsync(Token);
        await _store.WaitForPrunesAsync(1, Token);
        for (var i = 1; i <= 3; i++)
        {
            _tracker.Record(Outcomes.Success() with { Timestamp = _time.GetUtcNow() });
            await _time.WaitForTimersAsync(1, Token);
            _time.Advance(TimeSpan.FromHours(13));
            await _store.WaitForSavesAsync(i, Token);
        }

        Assert.True(await _tracker.FlushAsync(Token));
        Assert.Equal(2, _store.Prunes);
        Assert.True(_store.PrunedBefore <= _time.GetUtcNow() - Options.Retention);
    }

    [Fact]
    public async Task Crossings_are_logged_once_each()
    {
        await using var tracker = Create(store: null);
        Record(30, succeeded: true);
        Record(100, succeeded: false);
        Record(120, succeeded: true);

        Assert.Equal(
            ["boosted", "neither", "deprioritised", "neither", "boosted"],
            _log.Lines.Select(static line => line.Split(' ')[3]));
        Assert.All(_log.Lines, static line => Assert.Contains(" m ", line, StringComparison.Ordinal));

        void Record(int count, bool succeeded)
        {
            for (var i = 0; i < count; i++)
            {
                tracker.Record(succeeded ? Outcomes.Success() : Outcomes.Failure());
            }
        }
    }

    [Fact]
    public async Task A_rate_that_swings_around_a_threshold_is_not_news()
    {
        await using var tracker = Create(store: null);
        for (var i = 0; i < 400; i++)
        {
            tracker.Record(i % 10 is 2 or 5 or 8 ? Outcomes.Failure() : Outcomes.Success());
        }

        Assert.InRange(tracker.GetPerformance("m", "t").SuccessRate, 0.67, 0.73);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Too_little_evidence_neither_boosts_nor_drops()
    {
        _routing.MinimumEvidence = 4;
        await using var tracker = Create(store: null);
        for (var i = 0; i < 4; i++)
        {
            tracker.Record(Outcomes.Failure());
        }

        Assert.Empty(_log.Lines);
        tracker.Record(Outcomes.Failure());
        Assert.Contains("deprioritised for t", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_is_judged_once_it_is_loaded()
    {
        _store.Saved.AddRange(Enumerable.Range(0, 20).Select(_ => Outcomes.Failure() with { Timestamp = _time.GetUtcNow() }));
        _store.Saved.AddRange(Enumerable.Range(0, 100).Select(_ => Outcomes.Success() with { Timestamp = _time.GetUtcNow() }));

        await _tracker.StartAsync(Token);

        Assert.Single(_log.Lines, static line => line.Contains("is boosted for t", StringComparison.Ordinal));
        Assert.Empty(_log.Warnings);
    }

    private RecordingPerformanceTracker Create(IMetricsStore? store) =>
        new(new PerformanceTracker(Options), store, Options, () => _routing, _time, _log);

    private sealed class MemoryStore : IMetricsStore
    {
        private readonly Lock _gate = new();
        private readonly List<(Func<bool> Reached, TaskCompletionSource Source)> _waiters = [];
        private TaskCompletionSource? _block;
        private TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _attempts;

        public List<CallOutcome> Saved { get; } = [];

        public Exception? Failure { get; set; }

        public Exception? ReadFailure { get; set; }

        public int Prunes { get; private set; }

        public DateTimeOffset PrunedBefore { get; private set; }

        public Task Entered => _entered.Task;

        public void Block()
        {
            _entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _block = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public void Unblock()
        {
            var block = _block!;
            _block = null;
            block.SetResult();
        }

        public Task WaitForSavesAsync(int count, CancellationToken token) => WaitAsync(() => Saved.Count >= count, token);

        public Task WaitForPrunesAsync(int count, CancellationToken token) => WaitAsync(() => Prunes >= count, token);

        public Task WaitForAttemptsAsync(int count, CancellationToken token) => WaitAsync(() => _attempts >= count, token);

        public async ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default)
        {
            await PassAsync();
            lock (_gate)
            {
                _attempts++;
                Saved.AddRange(Failure is null ? batch : []);
                _waiters.Where(static waiter => waiter.Reached()).ToList().ForEach(static waiter => waiter.Source.TrySetResult());
            }

            if (Failure is not null)
            {
                throw Failure;
            }
        }

        public async IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await PassAsync();
            foreach (var outcome in Saved.Where(query.Matches).ToList())
            {
                yield return outcome;
            }

            if (ReadFailure is not null)
            {
                throw ReadFailure;
            }
        }

        public ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                Prunes++;
                PrunedBefore = before;
                Saved.RemoveAll(outcome => outcome.Timestamp < before);
                _waiters.Where(static waiter => waiter.Reached()).ToList().ForEach(static waiter => waiter.Source.TrySetResult());
            }

            return ValueTask.CompletedTask;
        }

        private Task PassAsync()
        {
            _entered.TrySetResult();
            return _block?.Task ?? Task.CompletedTask;
        }

        private Task WaitAsync(Func<bool> reached, CancellationToken token)
        {
            lock (_gate)
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Add((reached, source));
                return reached() ? Task.CompletedTask : source.Task.WaitAsync(token);
            }
        }
    }
}
