namespace HybridLlm.Testing;

/// <summary>A failure that a simulator words as its backend does: status, body and content type.</summary>
public enum BackendError
{
    /// <summary>The model is still being loaded (503 of llama-server).</summary>
    Loading,

    /// <summary>There is no room for the request (503 of vLLM with a full queue, and of Ollama).</summary>
    Busy,

    /// <summary>Too many requests: the 429 of a gateway before the backend. See <see cref="Fault.RateLimited"/> for a Retry-After.</summary>
    RateLimited,

    /// <summary>The server failed (500).</summary>
    Internal,

    /// <summary>The request is not allowed: no key, or a wrong one (401).</summary>
    Unauthorized,

    /// <summary>The request makes no sense to the backend (400).</summary>
    BadRequest,

    /// <summary>The prompt is longer than the context (400).</summary>
    ContextExceeded,

    /// <summary>The model does not exist (404; llama-server, which takes every name, answers 404 for the path).</summary>
    ModelNotFound,
}
