using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>Every fault, at every backend, streamed and not, with a good backend behind it and without.</summary>
[Collection(nameof(FaultMatrix))]
public sealed class FaultTests(FaultMatrix matrix)
{
    private static readonly bool[] Both = [true, false];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly FaultyBackend[] Backends =
    [
        new(
            "llama.cpp",
            static async token => await LlamaServerSimulator.StartAsync(cancellationToken: token),
            static (builder, endpoint) => builder.AddLlamaCpp(FaultyBackend.Provider, options => options.Endpoint = endpoint))
        {
            PrefersStreaming = true,

            // Its own error is that several requests have filled the context together.
            InternalError = ProviderErrorKind.Overloaded,
        },
        new(
            "LM Studio",
            static async token => await LmStudioSimulator.StartAsync(cancellationToken: token),
            static (builder, endpoint) => builder.AddLmStudio(FaultyBackend.Provider, options => options.Endpoint = endpoint)),
        new(
            "Ollama",
            static async token => await OllamaSimulator.StartAsync(cancellationToken: token),
            static (builder, endpoint) => builder.AddOllama(FaultyBackend.Provider, options => options.Endpoint = endpoint))
        {
            PrefersStreaming = true,

            // Its last line is both, the end marker and the finish; lines of JSON are what they are under any name.
            Exceptions = new Dictionary<(string Fault, bool Stream), Outcome>
            {
                [("no end marker", true)] = Outcome.Interrupted,
                [("no finish reason", true)] = Outcome.Answer,
                [("wrong content type", true)] = Outcome.Answer,
            },
        },
        new(
            "vLLM",
            static async token => await OpenAISimulator.StartAsync(cancellationToken: token),
            static (builder, endpoint) => builder.AddVllm(FaultyBackend.Provider, options => options.Endpoint = endpoint))
        {
            PrefersStreaming = true,

            // Its own error is that its engine is dead; it does not come back.
            InternalError = ProviderErrorKind.Unavailable,
        },
    ];

    public static IEnumerable<TheoryDataRow<string, string, bool, bool>> Cases =>
        from fault in FaultCases.All
        from backend in Backends
        from streamed in Both
        from alone in Both
        select new TheoryDataRow<string, string, bool, bool>(fault.Name, backend.Name, streamed, alone);

    public static IEnumerable<TheoryDataRow<string, bool>> Leaving =>
        from backend in Backends
        from streamed in Both
        select new TheoryDataRow<string, bool>(backend.Name, streamed);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_request_ends_in_a_good_answer_or_the_right_error(string fault, string backend, bool streamed, bool alone)
    {
        var row = FaultCases.All.Single(known => known.Name == fault);
        var column = Backends.Single(known => known.Name == backend);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var result = "FAILED";
        try
        {
            result = await FaultRun.RunAsync(column, row, streamed, alone, deadline.Token);
            Assert.Empty(matrix.TakeUnobserved());
        }
        finally
        {
            matrix.Add(row, column, streamed, alone, result);
        }
    }

    [Theory]
    [MemberData(nameof(Leaving))]
    public async Task Callers_that_leave_are_nobodys_fault(string backend, bool streamed)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);

        await FaultRun.LeaveAsync(Backends.Single(known => known.Name == backend), streamed, deadline.Token);

        Assert.Empty(matrix.TakeUnobserved());
    }
}
