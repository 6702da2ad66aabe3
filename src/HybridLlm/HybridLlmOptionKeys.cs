using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>
/// Names under which routing hints travel in <see cref="ChatOptions.AdditionalProperties"/> through plain <see cref="IChatClient"/>,
/// and under which the trace comes back in the answer's additional properties. Hints are taken out before a backend sees the options.
/// </summary>
public static class HybridLlmOptionKeys
{
    /// <summary>The task type: a string (see <see cref="TaskTypes"/>).</summary>
    public const string TaskType = "hybridllm.task_type";

    /// <summary>The complexity: a <see cref="ComplexityLevel"/> or its name.</summary>
    public const string Complexity = "hybridllm.complexity";

    /// <summary>The model to use, by name or alias: a string. <see cref="ChatOptions.ModelId"/> says the same.</summary>
    public const string Model = "hybridllm.model";

    /// <summary>Where the words of the request may go: a string (see <see cref="DataClasses"/>).</summary>
    public const string DataClass = "hybridllm.data_class";

    /// <summary>What matters most: a <see cref="RequestPriority"/> or its name.</summary>
    public const string Priority = "hybridllm.priority";

    /// <summary>The budget for the whole request: a <see cref="TimeSpan"/> or its text.</summary>
    public const string Timeout = "hybridllm.timeout";

    /// <summary>What names the conversation: a string. <see cref="ChatOptions.ConversationId"/> says the same.</summary>
    public const string Conversation = "hybridllm.conversation";

    /// <summary>Keys and values that rules can refer to: an <see cref="IReadOnlyDictionary{TKey, TValue}"/> of strings.</summary>
    public const string Metadata = "hybridllm.metadata";

    /// <summary>The confidence below which a stronger model is asked, 0 to 1: a number. 0 never escalates.</summary>
    public const string EscalationThreshold = "hybridllm.escalation_threshold";

    /// <summary>
    /// To a provider, in options: <see langword="true"/> asks for token probabilities. In its answers: an <see cref="IReadOnlyList{T}"/> of
    /// <see cref="ITokenLogprob"/>. Not a routing hint: it reaches the backend.
    /// </summary>
    public const string Logprobs = "logprobs";

    /// <summary>
    /// In answers: the <see cref="RoutingTrace"/>. It stands in the additional properties of a response, and of the first update of a stream.
    /// </summary>
    public const string Trace = "hybridllm.trace";
}
