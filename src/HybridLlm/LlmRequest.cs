using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>A request to be routed. Only the messages are required; every other property is a hint or a demand to the router.</summary>
public sealed record LlmRequest
{
    /// <summary>Initializes a new instance of the <see cref="LlmRequest"/> class.</summary>
    /// <param name="messages">The conversation. It is enumerated at most once per attempt and must not change meanwhile.</param>
    /// <param name="options">Options for the model, such as tools or a response format; or <see langword="null"/>. They are never changed.</param>
    public LlmRequest(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Messages = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        Options = options;
    }

    /// <summary>Initializes a new instance of the <see cref="LlmRequest"/> class.</summary>
    /// <param name="prompt">The user's message.</param>
    /// <param name="taskType">What the request is, such as <see cref="TaskTypes.Summarization"/>; <see langword="null"/> to let the classifier say.</param>
    public LlmRequest(string prompt, string? taskType = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        Messages = [new ChatMessage(ChatRole.User, prompt)];
        TaskType = taskType;
    }

    /// <summary>Gets the conversation.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Gets options for the model. What they leave open is filled from the configuration of task and model.</summary>
    public ChatOptions? Options { get; init; }

    /// <summary>Gets what the request is (see <see cref="TaskTypes"/>); <see langword="null"/> to let the classifier say.</summary>
    public string? TaskType { get; init; }

    /// <summary>Gets how strong a model the request needs; <see langword="null"/> to let the classifier say.</summary>
    public ComplexityLevel? Complexity { get; init; }

    /// <summary>
    /// Gets the model to use, by name or alias. Only it and its configured fallbacks are tried. <see langword="null"/> lets the router choose.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>
    /// Gets where the words of the request may go: <see cref="DataClasses.LocalOnly"/>, or a class of <see cref="RoutingOptions.DataClasses"/>. It holds for every
    /// route, fallback and second opinion, also where the request names its model. <see langword="null"/> for <see cref="RoutingOptions.DefaultDataClass"/>.
    /// </summary>
    public string? DataClass { get; init; }

    /// <summary>Gets what matters most.</summary>
    public RequestPriority Priority { get; init; }

    /// <summary>
    /// Gets what names the conversation that the request belongs to, so that it stays with one model. <see langword="null"/> for
    /// <see cref="ChatOptions.ConversationId"/>, or else for what its first messages say.
    /// </summary>
    public string? Conversation { get; init; }

    /// <summary>Gets a value indicating whether only models that stream may answer.</summary>
    public bool RequireStreaming { get; init; }

    /// <summary>Gets a value indicating whether rules may yet find that the words must not leave, so that nobody outside is asked before they were tried.</summary>
    internal bool MayBeConfined { get; init; }

    /// <summary>Gets the budget for the whole request, all attempts included; <see langword="null"/> for the configured one.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Gets the confidence in an answer below which a stronger model is asked, 0 (never) to 1; <see langword="null"/> for the configured one
    /// (<see cref="RoutingOptions.EscalationThreshold"/>).
    /// </summary>
    public double? EscalationThreshold { get; init; }

    /// <summary>Gets keys and values that rules can refer to.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Gets the serializer options that hold the metadata of typed answers; <see langword="null"/> for <see cref="AIJsonUtilities.DefaultOptions"/>.</summary>
    public JsonSerializerOptions? SerializerOptions { get; init; }
}
