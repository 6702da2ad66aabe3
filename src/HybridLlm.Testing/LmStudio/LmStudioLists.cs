using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.LmStudio;

/// <summary>The lists of models: OpenAI's, and those of both native generations.</summary>
internal sealed class LmStudioLists(LmStudioHost host, LmStudioSimulatorOptions options)
{
    public Answer OpenAI()
    {
        // A second instance of a model is listed under its own name.
        var ids = host.Instances.Select(static instance => instance.Id);
        ids = options.JustInTimeLoading ? host.Models.Select(static model => model.Name).Union(ids) : ids;
        return List(root => root.Array("data", ids, static (list, id) =>
        {
            list.WriteStartObject();
            list.WriteString("id", id);
            list.WriteString("object", "model");
            list.WriteString("owned_by", "organization_owner");
            list.WriteEndObject();
        }));
    }

    public Answer First()
    {
        var loaded = host.Instances;
        return List(root => root.Array("data", host.Models.Where(model => options.JustInTimeLoading || Instance(loaded, model) is not null), (list, model) =>
        {
            list.WriteStartObject();
            WriteFirst(list, model, Instance(loaded, model));
            list.WriteEndObject();
        }));
    }

    public Answer? First(string id) => host.Find(id) is { } model
        ? new Answer(200, LmStudioErrors.JsonType, Json.Object(root => WriteFirst(root, model, Instance(host.Instances, model))))
        : null;

    public Answer Second()
    {
        var loaded = host.Instances;
        return new Answer(200, LmStudioErrors.JsonType, Json.Object(root => root.Array("models", host.Models, (list, model) =>
        {
            list.WriteStartObject();
            list.WriteString("type", model.IsEmbedding ? "embedding" : "llm");
            list.WriteString("publisher", Publisher(model));
            list.WriteString("key", model.Name);
            list.WriteString("display_name", model.Name.Split('/')[^1]);
            if (!model.IsEmbedding)
            {
                list.WriteString("architecture", model.Family);
            }

            list.Object("quantization", quantization =>
            {
                quantization.WriteString("name", model.Quantization);
                quantization.WriteNumber("bits_per_weight", Bits(model.Quantization));
            });
            list.WriteNumber("size_bytes", model.SizeBytes);
            list.WriteString("params_string", model.ParameterSize);
            list.Array("loaded_instances", loaded.Where(instance => instance.Model.Name == model.Name), static (instances, instance) => WriteInstance(instances, instance));
            list.WriteNumber("max_context_length", model.MaxContextLength);
            list.WriteString("format", "gguf");
            if (!model.IsEmbedding)
            {
                WriteCapabilities(list, model);
            }

            list.WriteNull("description");
            list.WriteEndObject();
        })));
    }

    private static Answer List(Action<Utf8JsonWriter> data) => new(200, LmStudioErrors.JsonType, Json.Object(root =>
    {
        root.WriteString("object", "list");
        data(root);
    }));

    private static Instance? Instance(IReadOnlyList<Instance> loaded, SimulatedModel model) => loaded.FirstOrDefault(instance => instance.Model.Name == model.Name);

    private static string Publisher(SimulatedModel model) => model.Name.Contains('/', StringComparison.Ordinal) ? model.Name.Split('/')[0] : "lmstudio-community";

    private static int Bits(string quantization) => quantization.FirstOrDefault(char.IsAsciiDigit) is var digit and not '\0' ? digit - '0' : 16;

    private static void WriteFirst(Utf8JsonWriter list, SimulatedModel model, Instance? instance)
    {
        list.WriteString("id", model.Name);
        list.WriteString("object", "model");
        list.WriteString("type", model.IsEmbedding ? "embeddings" : model.SupportsVision ? "vlm" : "llm");
        list.WriteString("publisher", Publisher(model));
        list.WriteString("arch", model.Family);
        list.WriteString("compatibility_type", "gguf");
        list.WriteString("quantization", model.Quantization);
        list.WriteString("state", instance is null ? "not-loaded" : "loaded");
        list.WriteNumber("max_context_length", model.MaxContextLength);
        if (instance is not null)
        {
            list.WriteNumber("loaded_context_length", instance.Context);
        }

        if (model is { SupportsTools: true, IsEmbedding: false })
        {
            list.Array("capabilities", ["tool_use"], static (names, name) => names.WriteStringValue(name));
        }
    }

    private static void WriteInstance(Utf8JsonWriter list, Instance instance)
    {
        list.WriteStartObject();
        list.WriteString("id", instance.Id);
        list.Object("config", config =>
        {
            config.WriteNumber("context_length", instance.Context);
            config.WriteNumber("eval_batch_size", 512);
            config.WriteNumber("parallel", instance.Slots.Slots.Count);
            config.WriteBoolean("flash_attention", true);
            config.WriteBoolean("offload_kv_cache_to_gpu", true);
        });
        list.WriteEndObject();
    }

    private static void WriteCapabilities(Utf8JsonWriter list, SimulatedModel model) => list.Object("capabilities", capabilities =>
    {
        capabilities.WriteBoolean("vision", model.SupportsVision);
        capabilities.WriteBoolean("trained_for_tool_use", model.SupportsTools);
        if (model.SupportsThinking)
        {
            capabilities.Object("reasoning", static reasoning =>
            {
                reasoning.Array("allowed_options", ["off", "on"], static (options, option) => options.WriteStringValue(option));
                reasoning.WriteString("default", "on");
            });
        }
    });
}
