using System.Diagnostics;
using HybridLlm.Execution;
using Microsoft.Extensions.AI;

namespace HybridLlm.Diagnostics;

/// <summary>What is known of a call before it is made, in the words of OpenTelemetry's conventions.</summary>
internal sealed class CallAttributes
{
    private readonly string _provider;
    private readonly string _model;
    private readonly string? _server;
    private readonly int _port;

    private CallAttributes(string provider, string model, Uri? server)
    {
        _provider = provider;
        _model = model;
        _server = server?.Host;
        _port = server?.Port ?? 0;
    }

    public string SpanName => $"{Names.Chat} {_model}";

    /// <summary>Gets the attributes that samplers see.</summary>
    public IEnumerable<KeyValuePair<string, object?>> AtStart
    {
        get
        {
            yield return new(Names.OperationName, Names.Chat);
            yield return new(Names.ProviderName, _provider);
            yield return new(Names.RequestModel, _model);
            if (_server is not null)
            {
                yield return new(Names.ServerAddress, _server);
                yield return new(Names.ServerPort, _port);
            }
        }
    }

    /// <summary>Gets the attributes of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="client">The client that is called; <see langword="null"/> when none is.</param>
    public static CallAttributes Of(Attempt attempt, IChatClient? client)
    {
        var provider = attempt.Runtime.Provider;
        var metadata = client?.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        var server = Uri.TryCreate(provider.Options.Endpoint, UriKind.Absolute, out var endpoint) ? endpoint : metadata?.ProviderUri;
        return new(SystemOf(provider, server, metadata), attempt.Runtime.ModelId, server);
    }

    /// <summary>Gets the attributes of the metrics.</summary>
    public TagList Metrics(string? responseModel)
    {
        var tags = new TagList
        {
            { Names.OperationName, Names.Chat },
            { Names.ProviderName, _provider },
            { Names.RequestModel, _model },
        };
        if (responseModel is not null)
        {
            tags.Add(Names.ResponseModel, responseModel);
        }

        if (_server is not null)
        {
            tags.Add(Names.ServerAddress, _server);
            tags.Add(Names.ServerPort, _port);
        }

        return tags;
    }

    /// <summary>Writes what is asked of the model into a span.</summary>
    public static void Describe(Activity activity, Attempt attempt, bool reportsItself)
    {
        var model = attempt.Model;
        activity.SetTag(Names.Provider, model.Provider);
        activity.SetTag(Names.Model, model.Name);
        activity.SetTag(Names.Number, attempt.Number);
        if (attempt.IsHedge)
        {
            activity.SetTag(Names.Hedge, true);
        }

        if (reportsItself)
        {
            return;
        }

        if (attempt.IsStream)
        {
            activity.SetTag(Names.RequestStream, true);
        }

        var options = attempt.Options;
        activity.SetTag(Names.ConversationId, options.ConversationId);
        activity.SetTag(Names.RequestMaxTokens, options.MaxOutputTokens);
        activity.SetTag(Names.RequestTemperature, Rounded(options.Temperature));
        activity.SetTag(Names.RequestTopP, Rounded(options.TopP));
        activity.SetTag(Names.RequestTopK, options.TopK);
        activity.SetTag(Names.RequestSeed, options.Seed);
        activity.SetTag(Names.RequestFrequencyPenalty, Rounded(options.FrequencyPenalty));
        activity.SetTag(Names.RequestPresencePenalty, Rounded(options.PresencePenalty));
        activity.SetTag(Names.RequestStopSequences, options.StopSequences is { Count: > 0 } stops ? stops.ToArray() : null);
        activity.SetTag(Names.OutputType, options.ResponseFormat switch { ChatResponseFormatJson => "json", ChatResponseFormatText => "text", _ => null });
    }

    /// <summary>Gets the value of <c>gen_ai.provider.name</c>: the conventions' own where they have one for the server, else the backend's type, or what the client says.</summary>
    private static string SystemOf(ProviderRuntime provider, Uri? server, ChatClientMetadata? metadata) => server?.Host switch
    {
        "generativelanguage.googleapis.com" => "gcp.gemini",
        "api.openai.com" => "openai",
        "api.anthropic.com" => "anthropic",
        "api.mistral.ai" => "mistral_ai",
        "api.groq.com" => "groq",
        "api.deepseek.com" => "deepseek",
        "api.x.ai" => "x_ai",
        _ => provider.Options.Type?.ToLowerInvariant() is { } type && type != "instance" ? type : metadata?.ProviderName ?? provider.Name,
    };

    // 0.7 as a float is 0.699999988 as a double, which nobody wrote.
    private static double? Rounded(float? value) => value is { } number ? Math.Round(number, 6) : null;
}
