using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>What llama-server tells about itself.</summary>
internal sealed class LlamaInformation(LlamaServerSimulatorOptions options, SlotPool slots)
{
    private const int Vocabulary = Tokenizer.VocabularySize;

    public byte[] Models(long now) => Json.Object(root =>
    {
        root.WriteStartArray("models");
        root.WriteStartObject();
        root.WriteString("name", options.Model);
        root.WriteString("model", options.Model);
        WriteEmpty(root, "modified_at", "size", "digest");
        root.WriteString("type", "model");
        root.WriteString("description", string.Empty);
        root.Array("tags", [string.Empty], static (list, tag) => list.WriteStringValue(tag));
        root.Array("capabilities", ["completion"], static (list, capability) => list.WriteStringValue(capability));
        root.WriteString("parameters", string.Empty);
        root.Object("details", static details =>
        {
            details.WriteString("parent_model", string.Empty);
            details.WriteString("format", "gguf");
            details.WriteString("family", string.Empty);
            details.Array("families", [string.Empty], static (list, family) => list.WriteStringValue(family));
            WriteEmpty(details, "parameter_size", "quantization_level");
        });
        root.WriteEndObject();
        root.WriteEndArray();
        root.WriteString("object", "list");
        root.WriteStartArray("data");
        root.WriteStartObject();
        WriteModel(root, now);
        root.WriteEndObject();
        root.WriteEndArray();
    });

    public byte[] Props() => Json.Object(root =>
    {
        root.Object("default_generation_settings", settings =>
        {
            settings.Object("params", static parameters => LlamaSampling.Write(parameters, null));
            settings.WriteNumber("n_ctx", options.ContextLength);
        });
        root.WriteNumber("total_slots", options.Slots);
        root.WriteString("model_alias", options.Model);
        root.WriteString("model_ftype", "Q8_0");
        root.WriteString("model_path", options.Model);
        root.Object("modalities", static modalities =>
        {
            modalities.WriteBoolean("vision", false);
            modalities.WriteBoolean("video", false);
            modalities.WriteBoolean("audio", false);
        });
        root.WriteString("media_marker", $"<__media_{Ids.Letters(0, 32)}__>");
        root.WriteBoolean("endpoint_slots", options.SlotsEndpoint);
        root.WriteBoolean("endpoint_props", false);
        root.WriteBoolean("endpoint_metrics", options.Metrics);
        root.WriteBoolean("ui", true);
        root.Object("ui_settings", static _ => { });
        root.WriteString("chat_template", "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}");
        root.Object("chat_template_caps", WriteCapabilities);
        root.WriteString("bos_token", "<|endoftext|>");
        root.WriteString("eos_token", "<|im_end|>");
        root.WriteString("build_info", options.BuildInfo);
        root.WriteBoolean("is_sleeping", false);
        root.WriteBoolean("cors_proxy_enabled", false);
    });

    public byte[] Slots()
    {
        // The list is an array, and so has no name to begin with.
        var whole = Json.Object(root => root.Array("slots", slots.Slots, (list, slot) =>
        {
            list.WriteStartObject();
            WriteSlot(list, slot);
            list.WriteEndObject();
        }));
        return whole["{\"slots\":".Length..^1];
    }

    private static void WriteCapabilities(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("supports_object_arguments", true);
        writer.WriteBoolean("supports_parallel_tool_calls", true);
        writer.WriteBoolean("supports_preserve_reasoning", false);
        writer.WriteBoolean("supports_reasoning_effort", false);
        writer.WriteBoolean("supports_string_content", true);
        writer.WriteBoolean("supports_system_role", true);
        writer.WriteBoolean("supports_tool_calls", true);
        writer.WriteBoolean("supports_tools", true);
        writer.WriteBoolean("supports_typed_content", false);
    }

    private static void WriteEmpty(Utf8JsonWriter writer, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            writer.WriteString(name, string.Empty);
        }
    }

    private void WriteModel(Utf8JsonWriter writer, long now)
    {
        writer.WriteString("id", options.Model);
        writer.Array("aliases", [options.Model], static (list, alias) => list.WriteStringValue(alias));
        writer.Array<string>("tags", [], static (list, tag) => list.WriteStringValue(tag));
        writer.WriteString("object", "model");
        writer.Object("architecture", static architecture =>
        {
            architecture.Array("input_modalities", ["text"], static (list, kind) => list.WriteStringValue(kind));
            architecture.Array("output_modalities", ["text"], static (list, kind) => list.WriteStringValue(kind));
        });
        writer.WriteNumber("created", now);
        writer.WriteString("owned_by", "llamacpp");
        writer.Object("meta", meta =>
        {
            meta.WriteNumber("vocab_type", 2);
            meta.WriteNumber("n_vocab", Vocabulary);
            meta.WriteNumber("n_ctx", options.ContextLength);
            meta.WriteNumber("n_ctx_train", options.ContextLength);
            meta.WriteNumber("n_embd", options.EmbeddingDimensions);
            meta.WriteNumber("n_params", (long)Vocabulary * options.EmbeddingDimensions);
            meta.WriteNumber("size", (long)Vocabulary * options.EmbeddingDimensions);
            meta.WriteString("ftype", "Q8_0");
        });
    }

    private void WriteSlot(Utf8JsonWriter writer, Slot slot)
    {
        writer.WriteNumber("id", slot.Id);
        writer.WriteNumber("n_ctx", options.ContextLength);
        writer.WriteBoolean("speculative", false);
        writer.WriteBoolean("is_processing", slot.Busy);
        if (slot.Run is not { } run)
        {
            return;
        }

        writer.WriteNumber("id_task", run.Task);
        writer.WriteNumber("n_prompt_tokens", run.PromptTokens.Count + run.Generated);
        writer.WriteNumber("n_prompt_tokens_processed", run.Ended ? 0 : run.PromptTokens.Count - run.Cached);
        writer.WriteNumber("n_prompt_tokens_cache", run.Ended ? 0 : run.Cached);
        writer.Object("params", parameters => LlamaSampling.Write(parameters, run.Chat.Body));
        writer.WriteStartArray("next_token");
        writer.WriteStartObject();
        writer.WriteBoolean("has_next_token", !run.Ended);
        writer.WriteBoolean("has_new_line", false);
        writer.WriteNumber("n_remain", run.Chat.MaxTokens is { } most && !run.Ended ? most - run.Generated : -1);
        writer.WriteNumber("n_decoded", run.Ended ? 0 : run.Generated);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
