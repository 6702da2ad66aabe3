using System.Text.Json;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>The sampling parameters as llama-server reports them in <c>/props</c> and <c>/slots</c>.</summary>
internal static class LlamaSampling
{
    private static readonly string[] Samplers = ["penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc", "temperature"];

    /// <summary>Writes the parameters: of a request, or the defaults of the server.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement? request)
    {
        var body = request ?? default;
        var most = ChatRequest.Integer(body, "max_completion_tokens") ?? ChatRequest.Integer(body, "max_tokens") ?? -1;
        writer.WriteNumber("seed", Number(body, "seed", uint.MaxValue));
        writer.Float("temperature", Single(body, "temperature", 0.8f));
        writer.Float("dynatemp_range", 0);
        writer.Float("dynatemp_exponent", 1);
        writer.WriteNumber("top_k", Number(body, "top_k", 40));
        writer.Float("top_p", Single(body, "top_p", 0.95f));
        writer.Float("min_p", Single(body, "min_p", 0.05f));
        writer.Float("top_n_sigma", -1);
        writer.Float("xtc_probability", 0);
        writer.Float("xtc_threshold", 0.1f);
        writer.Float("typical_p", 1);
        writer.WriteNumber("repeat_last_n", 64);
        writer.Float("repeat_penalty", Single(body, "repeat_penalty", 1));
        writer.Float("presence_penalty", Single(body, "presence_penalty", 0));
        writer.Float("frequency_penalty", Single(body, "frequency_penalty", 0));
        writer.Float("dry_multiplier", 0);
        writer.Float("dry_base", 1.75);
        writer.WriteNumber("dry_allowed_length", 2);
        writer.WriteNumber("dry_penalty_last_n", 64);
        writer.WriteNumber("mirostat", 0);
        writer.Float("mirostat_tau", 5);
        writer.Float("mirostat_eta", 0.1f);
        writer.Float("adaptive_target", -1);
        writer.Float("adaptive_decay", 0.9f);
        writer.WriteNumber("max_tokens", most);
        writer.WriteNumber("n_predict", most);
        writer.WriteNumber("n_keep", 0);
        writer.WriteNumber("n_discard", 0);
        writer.WriteBoolean("ignore_eos", ChatRequest.Flag(body, "ignore_eos"));
        writer.WriteBoolean("stream", ChatRequest.Flag(body, "stream"));
        writer.WriteNumber("n_probs", 0);
        writer.WriteNumber("min_keep", 0);
        writer.WriteString("chat_format", request is null ? "Content-only" : "peg-native");
        writer.WriteString("reasoning_format", request is null ? "none" : "deepseek");
        writer.WriteBoolean("reasoning_in_content", false);
        writer.WriteString("generation_prompt", request is null ? string.Empty : "<|im_start|>assistant\n");
        writer.Array("samplers", Samplers, static (list, name) => list.WriteStringValue(name));
        writer.WriteString("speculative.types", "none");
        writer.WriteBoolean("timings_per_token", ChatRequest.Flag(body, "timings_per_token"));
        writer.WriteBoolean("post_sampling_probs", false);
        writer.WriteBoolean("backend_sampling", false);
        writer.Array<string>("lora", [], static (list, name) => list.WriteStringValue(name));
    }

    private static long Number(JsonElement body, string name, long otherwise) =>
        ChatRequest.Member(body, name) is { ValueKind: JsonValueKind.Number } number ? (long)number.GetDouble() : otherwise;

    // The server computes in single precision, and shows it: 0.8 is 0.800000011920929.
    private static double Single(JsonElement body, string name, float otherwise) =>
        ChatRequest.Member(body, name) is { ValueKind: JsonValueKind.Number } number ? (float)number.GetDouble() : otherwise;
}
