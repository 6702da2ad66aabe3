using System.Globalization;
using System.Text;
using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.OpenAI;

/// <summary>The part of vLLM's metrics that tells its load and its work; a real server has 700 lines more, about itself.</summary>
internal sealed class VllmMetrics
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _finished = new(StringComparer.Ordinal) { ["stop"] = 0, ["length"] = 0, ["abort"] = 0, ["error"] = 0, ["repetition"] = 0 };
    private long _prompt;
    private long _generated;
    private long _rejected;

    public void Add(ChatRun run)
    {
        lock (_gate)
        {
            _prompt += run.PromptTokens.Count - run.Cached;
            _generated += run.Generated;

            // A generation whose client left is counted nowhere.
            if (run.Generated == run.CompletionTokens)
            {
                _finished[run.Truncated ? "length" : "stop"]++;
            }
        }
    }

    public void AddRejection()
    {
        lock (_gate)
        {
            _rejected++;
        }
    }

    public string Render(string model, SlotPool slots)
    {
        var text = new StringBuilder();
        var labels = $"engine=\"0\",model_name=\"{model}\"";
        lock (_gate)
        {
            Head(text, "num_requests_running", "gauge", "Number of requests in model execution batches.");
            Value(text, "num_requests_running", labels, slots.Busy);
            Head(text, "num_requests_waiting", "gauge", "Number of requests waiting to be processed.");
            Value(text, "num_requests_waiting", labels, slots.Waiting);
            Head(text, "kv_cache_usage_perc", "gauge", "KV-cache usage. 1 means 100 percent usage.");
            Value(text, "kv_cache_usage_perc", labels, slots.Busy / (double)slots.Slots.Count);
            Head(text, "num_preemptions_total", "counter", "Cumulative number of preemption from the engine.");
            Value(text, "num_preemptions_total", labels, 0);
            Head(text, "prompt_tokens_total", "counter", "Number of prefill tokens processed.");
            Value(text, "prompt_tokens_total", labels, _prompt);
            Head(text, "generation_tokens_total", "counter", "Number of generation tokens processed.");
            Value(text, "generation_tokens_total", labels, _generated);
            Head(text, "request_success_total", "counter", "Count of successfully processed requests.");
            foreach (var (reason, count) in _finished)
            {
                Value(text, "request_success_total", $"engine=\"0\",finished_reason=\"{reason}\",model_name=\"{model}\"", count);
            }

            Head(text, "admission_rejections_total", "counter", "Number of admission attempts rejected by a queue limit, by reason.");
            Value(text, "admission_rejections_total", $"model_name=\"{model}\",reason=\"max_num_queued_reqs\"", _rejected);
            Value(text, "admission_rejections_total", $"model_name=\"{model}\",reason=\"max_num_queued_tokens\"", 0);
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP vllm:{name} {help}\n# TYPE vllm:{name} {type}\n");

    private static void Value(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"vllm:{name}{{{labels}}} {value:0.0###}\n");
}
