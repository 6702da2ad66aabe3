namespace HybridLlm.OpenAICompatible.Load;

/// <summary>Reads how busy a server is from its metrics.</summary>
internal static class LoadReader
{
    /// <summary>Reads vLLM's metrics.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>The load; <see langword="null"/> if it is not in them.</returns>
    internal static ProviderLoad? ReadVllm(ReadOnlySpan<byte> metrics) =>
        Load(PrometheusText.Sum(metrics, "vllm:num_requests_running"u8), PrometheusText.Sum(metrics, "vllm:num_requests_waiting"u8)) is { } load
            ? load with
            {
                CacheUsage = PrometheusText.Sum(metrics, "vllm:kv_cache_usage_perc"u8) ?? PrometheusText.Sum(metrics, "vllm:gpu_cache_usage_perc"u8),
                MeanQueueTime = Mean(
                    PrometheusText.Sum(metrics, "vllm:request_queue_time_seconds_sum"u8),
                    PrometheusText.Sum(metrics, "vllm:request_queue_time_seconds_count"u8)),
                Preemptions = (long?)PrometheusText.Sum(metrics, "vllm:num_preemptions_total"u8),
            }
            : null;

    /// <summary>Reads the metrics of Hugging Face's text-generation-inference.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>The load; <see langword="null"/> if it is not in them.</returns>
    internal static ProviderLoad? ReadTgi(ReadOnlySpan<byte> metrics) =>
        Load(PrometheusText.Sum(metrics, "tgi_batch_current_size"u8), PrometheusText.Sum(metrics, "tgi_queue_size"u8)) is { } load
            ? load with
            {
                MeanQueueTime = Mean(
                    PrometheusText.Sum(metrics, "tgi_request_queue_duration_sum"u8),
                    PrometheusText.Sum(metrics, "tgi_request_queue_duration_count"u8)),
            }
            : null;

    private static ProviderLoad? Load(double? running, double? waiting) =>
        running is >= 0 and < int.MaxValue && waiting is >= 0 and < int.MaxValue ? new((int)running, (int)waiting) : null;

    private static TimeSpan? Mean(double? seconds, double? count) => seconds is >= 0 and < 1e12 && count > 0 ? TimeSpan.FromSeconds(seconds.Value / count.Value) : null;
}
