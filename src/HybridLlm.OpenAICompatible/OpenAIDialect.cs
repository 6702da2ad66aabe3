using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Dialects;
using HybridLlm.OpenAICompatible.Models;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible;

/// <summary>How a server's protocol differs from OpenAI's. This class is the common protocol; a derived one overrides what its server does otherwise.</summary>
/// <remarks>An instance has no state and is used concurrently.</remarks>
public class OpenAIDialect
{
    /// <summary>Gets the common protocol.</summary>
    public static OpenAIDialect Default { get; } = new();

    /// <summary>Gets the address that is used when none is configured; <see langword="null"/> if there is none.</summary>
    protected internal virtual Uri? DefaultEndpoint => null;

    /// <summary>
    /// Gets the path of a cheap health check below the server's address, such as <c>health</c>; <see langword="null"/> to ask for the list of models instead.
    /// </summary>
    protected internal virtual string? HealthPath => null;

    /// <summary>Gets the name of the member that limits the answer's tokens.</summary>
    protected internal virtual string MaxTokensField => "max_tokens";

    /// <summary>
    /// Gets a value indicating whether <c>tool_choice</c> can name a tool. Where it cannot, only that tool is offered and <c>tool_choice</c> is <c>required</c>.
    /// </summary>
    protected internal virtual bool SupportsNamedToolChoice => true;

    /// <summary>Gets a value indicating whether the server knows <c>stream_options</c>.</summary>
    protected internal virtual bool SupportsStreamOptions => true;

    /// <summary>Gets a value indicating whether embeddings are asked for in base64, which is shorter. Both forms are understood in answers.</summary>
    protected internal virtual bool PrefersBase64Embeddings => false;

    /// <summary>Gets the member of an assistant's message that carries its earlier thoughts; <see langword="null"/> to leave thoughts out of the history.</summary>
    protected internal virtual string? ReasoningHistoryField => null;

    /// <summary>
    /// Gets the dialect of one model. A server may pass requests on to another kind of backend, so what is sent and read follows the model, not the host:
    /// the base gives that of Gemini for Gemini's models and itself for all others.
    /// </summary>
    /// <param name="modelId">The backend's id of the model.</param>
    /// <returns>The dialect.</returns>
    protected internal virtual OpenAIDialect ForModel(string modelId) => GeminiDialect.Serves(modelId) ? GeminiDialect.Instance : this;

    /// <summary>Tells whether the server knows an optional member of a request. Those that it does not know are left out. The base says yes to all.</summary>
    /// <param name="name">The member's name, such as <c>top_k</c>.</param>
    /// <returns>Whether it is sent.</returns>
    protected internal virtual bool Accepts(string name) => true;

    /// <summary>Gets the path of a chat below the API's address.</summary>
    /// <param name="options">The options; <see langword="null"/> for none.</param>
    /// <param name="stream">Whether the answer is streamed.</param>
    /// <returns>The path.</returns>
    protected internal virtual string GetChatPath(ChatOptions? options, bool stream) => "chat/completions";

    /// <summary>Gets the address below which the API's paths lie, with a slash at its end.</summary>
    /// <param name="endpoint">The configured address, absolute.</param>
    /// <returns>The address. The base adds <c>/v1</c> to an address without a path and leaves others as they are.</returns>
    protected internal virtual Uri GetBaseAddress(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var path = endpoint.AbsolutePath.TrimEnd('/');
        return new UriBuilder(endpoint) { Path = path.Length == 0 ? "/v1/" : path + "/", Query = "", Fragment = "" }.Uri;
    }

    /// <summary>Gets what the backend can do, whatever the model.</summary>
    /// <param name="isLocal">Whether the server is on this machine or network.</param>
    /// <param name="isMetered">Whether its use costs money.</param>
    /// <returns>The capabilities. The base claims every feature: what a server cannot do it refuses itself.</returns>
    protected internal virtual ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) => new()
    {
        Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision
            | LlmFeatures.Logprobs | LlmFeatures.Embeddings | LlmFeatures.Reasoning,
        IsLocal = isLocal,
        IsMetered = isMetered,
    };

    /// <summary>Writes the member <c>response_format</c>, or what the server has in its place.</summary>
    /// <param name="writer">Writes into the request's object.</param>
    /// <param name="format">The format: any JSON object, or JSON after a schema.</param>
    /// <param name="strict">Whether the schema is to be followed strictly; <see langword="null"/> if the caller left it open.</param>
    protected internal virtual void WriteResponseFormat(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict) =>
        ResponseFormatWriter.Write(writer, format, strict);

    /// <summary>Writes the schema of a tool's arguments. The base writes it as it is.</summary>
    /// <param name="writer">Stands where the schema belongs.</param>
    /// <param name="schema">The schema.</param>
    protected internal virtual void WriteToolSchema(Utf8JsonWriter writer, JsonElement schema) => schema.WriteTo(writer);

    /// <summary>Writes members that only this server knows. The base writes none.</summary>
    /// <param name="writer">Writes into the request's object.</param>
    /// <param name="modelId">The backend's id of the model.</param>
    /// <param name="options">The options; <see langword="null"/> for none.</param>
    /// <param name="stream">Whether the answer is streamed.</param>
    protected internal virtual void WriteExtraFields(Utf8JsonWriter writer, string modelId, ChatOptions? options, bool stream)
    {
    }

    /// <summary>Gets the name under which a member of an answer that OpenAI does not have is kept in the answer's additional properties, as a <see cref="JsonElement"/>.</summary>
    /// <param name="utf8Name">The member's name, at the top level of an answer or a stream's event.</param>
    /// <returns>The name; <see langword="null"/> to drop the member, as the base does with all.</returns>
    protected internal virtual string? GetKeptProperty(ReadOnlySpan<byte> utf8Name) => null;

    /// <summary>Classifies an error that this server means otherwise than its status says.</summary>
    /// <param name="reported">The error as the server told it.</param>
    /// <returns>The kind; <see langword="null"/> to leave it to the common rules, as the base does.</returns>
    protected internal virtual ProviderErrorKind? Classify(OpenAIError reported) => null;

    /// <summary>Reads one entry of the list of models.</summary>
    /// <param name="model">The entry, an object.</param>
    /// <returns>The model; <see langword="null"/> to leave it out.</returns>
    protected internal virtual ProviderModel? ReadModel(JsonElement model) => ModelListReader.ReadModel(model);

    /// <summary>Writes the body of a chat request.</summary>
    /// <param name="writer">Writes the body.</param>
    /// <param name="request">What it is written from.</param>
    internal virtual void WriteRequest(Utf8JsonWriter writer, ChatRequest request) => ChatRequestWriter.Write(writer, request);

    /// <summary>Reads an answer, or an event of a stream.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="chunk">Takes what it says.</param>
    /// <exception cref="JsonException">The bytes are not a JSON object.</exception>
    internal virtual void ReadPayload(ReadOnlySpan<byte> json, ChatChunk chunk) => ChatPayloadReader.Read(json, chunk, this);
}
