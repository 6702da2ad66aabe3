using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>A provider that counts tokens with the backend's own tokenizer and chat template.</summary>
public interface ITokenCounter
{
    /// <summary>Counts the tokens that a prompt comes to.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <param name="messages">The messages of the prompt.</param>
    /// <param name="options">Options that add to the prompt, such as tools; or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of tokens, including those that the template adds.</returns>
    /// <exception cref="ProviderException">The backend did not answer.</exception>
    Task<int> CountTokensAsync(
        string modelId, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);
}
