namespace HybridLlm;

/// <summary>The base of everything that is thrown for a failed request.</summary>
public class HybridLlmException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="HybridLlmException"/> class.</summary>
    public HybridLlmException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="HybridLlmException"/> class.</summary>
    /// <param name="message">What went wrong.</param>
    public HybridLlmException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="HybridLlmException"/> class.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public HybridLlmException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
