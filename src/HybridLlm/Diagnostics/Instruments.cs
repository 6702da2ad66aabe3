using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HybridLlm.Diagnostics;

/// <summary>The instruments into which requests and attempts are counted.</summary>
internal sealed class Instruments(Meter meter)
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    // A local model on a slow machine takes minutes, which the conventions' own boundaries do not tell apart.
    private static readonly InstrumentAdvice<double> LongSeconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    public Histogram<double> OperationDuration { get; } =
        meter.CreateHistogram("gen_ai.client.operation.duration", "s", "How long a call of a model took.", null, Seconds);

    public Histogram<long> TokenUsage { get; } =
        meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "How many tokens a call of a model took and gave.", null, Tokens);

    public Histogram<double> TimeToFirstChunk { get; } =
        meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "How long the first piece of a streamed answer took.", null, Seconds);

    public Histogram<double> TimePerOutputChunk { get; } =
        meter.CreateHistogram("gen_ai.client.operation.time_per_output_chunk", "s", "How long each further piece of a streamed answer took.", null, Seconds);

    public Histogram<double> RequestDuration { get; } =
        meter.CreateHistogram("hybridllm.request.duration", "s", "How long a request took, with all its attempts and waits.", null, LongSeconds);

    public Histogram<double> QueueWait { get; } =
        meter.CreateHistogram("hybridllm.queue.wait", "s", "How long a call waited for a place at its provider and model.", null, LongSeconds);

    public Counter<long> Decisions { get; } =
        meter.CreateCounter<long>("hybridllm.route.decisions", "{decision}", "Plans that were made, by the route that they put first.");

    public Counter<long> Fallbacks { get; } =
        meter.CreateCounter<long>("hybridllm.fallbacks", "{fallback}", "Attempts of another route because one had failed.");

    public Counter<long> Retries { get; } =
        meter.CreateCounter<long>("hybridllm.retries", "{retry}", "Attempts of a route that had failed before in the same request.");

    public Counter<long> Hedges { get; } =
        meter.CreateCounter<long>("hybridllm.hedges", "{hedge}", "Attempts beside a slow one.");

    public Counter<long> Escalations { get; } =
        meter.CreateCounter<long>("hybridllm.escalations", "{escalation}", "Answers that gave way to a stronger model's.");

    /// <summary>Gets a value indicating whether anybody listens to any of them.</summary>
    public bool IsAnyEnabled =>
        OperationDuration.Enabled || TokenUsage.Enabled || TimeToFirstChunk.Enabled || TimePerOutputChunk.Enabled || RequestDuration.Enabled || QueueWait.Enabled
        || Decisions.Enabled || Fallbacks.Enabled || Retries.Enabled || Hedges.Enabled || Escalations.Enabled;

    public static TagList Route(ModelProfile model) => new()
    {
        { Names.Provider, model.Provider },
        { Names.Model, model.Name },
    };
}
