using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Conformance.Fuzz;

/// <summary>
/// Feeds a provider with damaged answers through the same seam as the network's: each must end in an answer or in a <see cref="ProviderException"/>, at once and
/// within bounded memory.
/// </summary>
/// <remarks>
/// The answers that are damaged are those of a server that the operations are recorded against, and recordings that are added. A round plays one operation of a new
/// provider: one of its answers is damaged, the others are as they were recorded. Everything follows from the seed.
/// </remarks>
public sealed class WireFuzzer : IHybridLlmBuilder, IAsyncDisposable
{
    private const int LargestBody = 16 * 1024;
    private const int MaxDistinctFaults = 10;
    private const long AllocationAllowance = 2 * 1024 * 1024;
    private const int AllocationPerByte = 128;

    // Far more than a round takes on the busiest machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly int[] Statuses = [200, 200, 200, 201, 204, 302, 400, 401, 402, 404, 413, 422, 429, 500, 501, 502, 503, 529];

    private static readonly string?[] ContentTypes = [null, "application/json", "text/event-stream", "text/html", "application/problem+json", "text/plain; charset=\"", "; ;", "application/json; charset=utf-17"];

    private readonly ProviderOptions _options;
    private readonly PlaybackHandler _handler = new();
    private readonly HastyTimeProvider _clock = new();
    private readonly Dictionary<string, Operation> _operations = [];
    private ServiceProvider? _services;
    private long _rounds;

    /// <summary>Initializes a new instance of the <see cref="WireFuzzer"/> class.</summary>
    /// <param name="options">The provider's options; its endpoint is that of the server to record.</param>
    public WireFuzzer(ProviderOptions options)
    {
        _options = options;
        Services.AddHttpClient("HybridLlm:" + ProviderHost.ProviderName)
            .ConfigurePrimaryHttpMessageHandler(() => _handler).SetHandlerLifetime(Timeout.InfiniteTimeSpan).RemoveAllLoggers();
    }

    /// <summary>Gets or sets how many mutations to make. What HYBRIDLLM_FUZZ_MUTATIONS says, if it is set, else 100,000.</summary>
    public int Mutations { get; set => field = IsTold ? field : value; } = Told ?? 100_000;

    private static bool IsTold => Told is not null;

    private static int? Told { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("HYBRIDLLM_FUZZ_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    /// <inheritdoc/>
    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>Adds an operation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">Does it.</param>
    /// <returns>The fuzzer.</returns>
    public WireFuzzer Add(string name, Func<ILlmProvider, CancellationToken, Task> run)
    {
        _operations.Add(name, new(name, run));
        return this;
    }

    /// <summary>Says what a server answers to an operation, where there is none to record.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="answers">The answers, in their order.</param>
    /// <returns>The fuzzer.</returns>
    public WireFuzzer Script(string name, params WireAnswer[] answers)
    {
        var operation = _operations[name];
        operation.Script.Clear();
        operation.Answers.Clear();
        operation.Add(answers);
        return this;
    }

    /// <summary>Does operations once against the server and keeps what it answers. The first time that an operation is recorded is its script.</summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <param name="names">The operations; all of them if there are none.</param>
    /// <returns>A task that completes when they are done.</returns>
    public async Task RecordAsync(CancellationToken cancellationToken, params string[] names)
    {
        foreach (var operation in names.Length == 0 ? [.. _operations.Values.Where(static operation => operation.Script.Count == 0)] : names.Select(name => _operations[name]))
        {
            _handler.Record();
            await using (var provider = Create(TimeProvider.System))
            {
                try
                {
                    await operation.Run(provider.Value, cancellationToken);
                }
                catch (ProviderException) when (operation.Script.Count > 0)
                {
                    // A server that was told to fail: its answer is what is wanted.
                }
            }

            operation.Add(_handler.Recorded);
        }
    }

    /// <summary>Adds answers of a kind that the server has given to an operation.</summary>
    /// <param name="answers">The answers; larger ones than 16 KB are left out, because they show nothing more and take longer.</param>
    public void Add(IEnumerable<WireAnswer> answers)
    {
        foreach (var answer in answers)
        {
            foreach (var operation in _operations.Values)
            {
                if (operation.Answers.Exists(known => known.Call == answer.Call && (known.IsStream || !answer.IsStream)))
                {
                    operation.AddVariant(answer);
                }
            }
        }
    }

    /// <summary>Damages answers and has the provider read them.</summary>
    /// <param name="streams">Whether to damage streams (SSE, NDJSON), or whole documents.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellationToken">Cancels the rounds.</param>
    /// <returns>What came of it.</returns>
    public async Task<FuzzReport> RunAsync(bool streams, int seed, CancellationToken cancellationToken)
    {
        var cases = Cases(streams);
        Assert.NotEmpty(cases);
        var began = Stopwatch.GetTimestamp();
        var run = Task.Run(() => Run(cases, seed, cancellationToken), cancellationToken);
        for (var seen = -1L; !run.IsCompleted;)
        {
            Assert.True(seen != Volatile.Read(ref _rounds), $"Round {_rounds} of seed {seed} hangs.");
            seen = Volatile.Read(ref _rounds);
            try
            {
                await run.WaitAsync(Patience, cancellationToken);
            }
            catch (TimeoutException)
            {
                continue; // It is not at its end; whether it gets on is seen above.
            }
        }

        var (answered, refused, largest) = await run;
        var report = new FuzzReport(Mutations, answered, refused, largest, Stopwatch.GetElapsedTime(began));
        Assert.InRange(report.Answered, 1, Mutations - 1);
        return report;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        _handler.Dispose();
    }

    private (int Answered, int Refused, long Largest) Run(List<Case> cases, int seed, CancellationToken cancellationToken)
    {
        var (answered, refused, largest) = (0, 0, 0L);
        var faults = new Dictionary<string, string>();
        for (var round = 0; round < Mutations && faults.Count < MaxDistinctFaults && !cancellationToken.IsCancellationRequested; round++)
        {
            Volatile.Write(ref _rounds, round);
            var random = new Random(unchecked((seed * 1_000_003) ^ (round * (int)0x9E3779B1)));
            var (operation, script, answers) = cases[random.Next(cases.Count)];
            var damaged = Damage(answers[random.Next(answers.Length)], random);
            _handler.Play(script, damaged, random.Next());
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (isAnswer, fault) = Play(operation, cancellationToken);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            answered += isAnswer ? 1 : 0;
            refused += isAnswer || fault is not null ? 0 : 1;
            largest = Math.Max(largest, allocated);
            if (allocated > AllocationAllowance + ((long)AllocationPerByte * damaged.Body.Length))
            {
                fault ??= new InsufficientMemoryException($"{allocated} bytes were allocated for {damaged.Body.Length}.");
            }

            if (fault is not null)
            {
                faults.TryAdd(Signature(operation.Name, fault), Describe(round, damaged, fault));
            }
        }

        Assert.True(faults.Count == 0, $"Seed {seed}:\n{string.Join("\n\n", faults.Select(static pair => $"{pair.Key}\n{pair.Value}"))}");
        return (answered, refused, largest);
    }

    private (bool IsAnswer, Exception? Fault) Play(Operation operation, CancellationToken cancellationToken)
    {
        using var provider = Create(_clock);
        try
        {
            var done = operation.Run(provider.Value, cancellationToken);

            // All that it waits for is here. Only what asks for several things at once ends a moment later, on other threads.
            return done.IsCompleted || ((IAsyncResult)done).AsyncWaitHandle.WaitOne(Patience / 2)
                ? (Completed(done), null)
                : (false, new TimeoutException("It waits for something that does not come."));
        }
        catch (ProviderException)
        {
            return (false, null);
        }
        catch (Exception exception)
        {
            return (false, exception);
        }
    }

    private static bool Completed(Task done)
    {
        done.GetAwaiter().GetResult();
        return true;
    }

    private static WireAnswer Damage(WireAnswer answer, Random random) => answer with
    {
        Body = WireMutator.Mutate(answer.Body, random),
        Status = random.Next(10) == 0 ? Statuses[random.Next(Statuses.Length)] : answer.Status,
        ContentType = random.Next(20) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : answer.ContentType,
    };

    private List<Case> Cases(bool streams) =>
    [
        .. _operations.Values.SelectMany(operation => operation.Answers
            .Where(answer => answer.IsStream == streams && answer.Body.Length is > 0 and <= LargestBody)
            .GroupBy(static answer => answer.Call)
            .Select(group => new Case(operation, operation.Script.ToLookup(static answer => answer.Call), [.. group]))),
    ];

    private static string Signature(string operation, Exception fault) =>
        $"{operation}: {fault.GetType().Name}: {fault.Message.Split('\n')[0]} {fault.StackTrace?.Split('\n').FirstOrDefault(static line => line.Contains("HybridLlm", StringComparison.Ordinal))?.Trim()}";

    private static string Describe(int round, WireAnswer damaged, Exception fault) =>
        $"round {round}, {damaged.Method} {damaged.Path} {damaged.Status} {damaged.ContentType}: {Encoding.Latin1.GetString(damaged.Body)}\n{fault}";

    private Owned Create(TimeProvider clock)
    {
        _services ??= Services.BuildServiceProvider();
        var factory = _services.GetServices<ILlmProviderFactory>().Single(factory => factory.Type == _options.Type);
        return new(factory.Create(new(ProviderHost.ProviderName, _options, new TimeoutOptions(), _services, clock, NullLoggerFactory.Instance)));
    }

    private sealed record Case(Operation Operation, ILookup<(string Method, string Path), WireAnswer> Script, WireAnswer[] Answers);

    private sealed record Operation(string Name, Func<ILlmProvider, CancellationToken, Task> Run)
    {
        public List<WireAnswer> Script { get; } = [];

        public List<WireAnswer> Answers { get; } = [];

        public void Add(WireAnswer[] recorded)
        {
            if (Script.Count == 0)
            {
                Script.AddRange(recorded);
            }

            foreach (var answer in recorded)
            {
                AddVariant(answer);
            }
        }

        public void AddVariant(WireAnswer answer)
        {
            if (!Answers.Exists(known => known.Call == answer.Call && known.Status == answer.Status && known.Body.AsSpan().SequenceEqual(answer.Body)))
            {
                Answers.Add(answer);
            }
        }
    }

    /// <summary>A provider that is disposed after its round, if it can be.</summary>
    private readonly record struct Owned(ILlmProvider Value) : IDisposable, IAsyncDisposable
    {
        public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

        public ValueTask DisposeAsync() => Value is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;
    }
}
