using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>An answer that was read as a value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class LlmResponse<T> : LlmResponse
{
    /// <summary>Initializes a new instance of the <see cref="LlmResponse{T}"/> class.</summary>
    /// <param name="chat">The answer as the model gave it.</param>
    /// <param name="trace">How it came about.</param>
    /// <param name="value">The value that the answer stands for.</param>
    public LlmResponse(ChatResponse chat, RoutingTrace trace, T value)
        : base(chat, trace) => Value = value;

    /// <summary>Gets the value that the answer stands for.</summary>
    public T Value { get; }
}
