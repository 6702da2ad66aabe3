using System.Globalization;
using System.Text;
using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>What llama-server counts, and how it shows it to Prometheus.</summary>
internal sealed class LlamaMetrics
{
    private readonly Lock _gate = new();
    private long _prompt;
    private long _cached;
    private long _predicted;
    private long _longest;
    private double _promptSeconds;
    private double _predictedSeconds;

    public void Add(ChatRun run)
    {
        lock (_gate)
        {
            _prompt += run.PromptTokens.Count - run.Cached;
            _cached += run.Cached;
            _predicted += run.Generated;
            _longest = Math.Max(_longest, run.PromptTokens.Count + run.Generated);
            _promptSeconds += run.PromptTime.TotalSeconds;
            _predictedSeconds += run.PredictedTime.TotalSeconds;
        }
    }

    public string Render(SlotPool slots)
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            Counter(text, "prompt_tokens_total", "Number of prompt tokens processed, excluding cached tokens", _prompt);
            Counter(text, "prompt_tokens_cached_total", "Number of prompt tokens reused from the cache", _cached);
            Counter(text, "prompt_seconds_total", "Total time spent processing prompts", _promptSeconds);
            Counter(text, "tokens_predicted_total", "Number of generation tokens processed", _predicted);
            Counter(text, "tokens_predicted_seconds_total", "Total time spent generating tokens", _predictedSeconds);
            Counter(text, "n_decode_total", "Total number of llama_decode() calls, excluding speculative decoding and multimodal decoding", _predicted);
            Counter(text, "n_tokens_max", "Largest observed sequence length (prompt + generation)", _longest);
            Counter(text, "spec_decode_num_draft_tokens_total", "Speculative: Total draft tokens generated", 0);
            Counter(text, "spec_decode_num_accepted_tokens_total", "Speculative: Total draft tokens accepted by the target model", 0);
            Counter(text, "spec_decode_num_drafts_total", "Speculative: Total speculative decoding verification steps", 0);
            Gauge(text, "prompt_tokens_seconds", "Average prompt throughput in tokens/s", Rate(_prompt, _promptSeconds));
            Gauge(text, "predicted_tokens_seconds", "Average generation throughput in tokens/s", Rate(_predicted, _predictedSeconds));
        }

        Gauge(text, "requests_processing", "Number of requests processing", slots.Busy);
        Gauge(text, "requests_deferred", "Number of requests deferred", slots.Waiting);
        Gauge(text, "n_busy_slots_per_decode", "Average number of busy slots per llama_decode() call", slots.Busy);
        return text.ToString();
    }

    private static double Rate(long tokens, double seconds) => seconds > 0 ? tokens / seconds : 0;

    private static void Counter(StringBuilder text, string name, string help, double value) => Add(text, name, help, "counter", value);

    private static void Gauge(StringBuilder text, string name, string help, double value) => Add(text, name, help, "gauge", value);

    private static void Add(StringBuilder text, string name, string help, string type, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP llamacpp:{name} {help}\n# TYPE llamacpp:{name} {type}\nllamacpp:{name} {value}\n");
}
