using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Binds a client to a task type or a model.</summary>
public static class HybridLlmClientExtensions
{
    /// <summary>Gets a client whose requests are of one task type, unless they say otherwise. That is how the several clients of an agent are replaced one by one.</summary>
    /// <param name="client">The client.</param>
    /// <param name="taskType">The task type (see <see cref="TaskTypes"/>).</param>
    /// <returns>The bound client. It need not be disposed.</returns>
    /// <exception cref="ArgumentException">The task type is empty.</exception>
    public static IChatClient ForTask(this IHybridLlmClient client, string taskType)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(taskType);
        return new BoundChatClient(client, HybridLlmOptionKeys.TaskType, taskType);
    }

    /// <summary>Gets a client whose requests go to one model and its configured fallbacks, unless they say otherwise.</summary>
    /// <param name="client">The client.</param>
    /// <param name="model">The name or an alias of the model.</param>
    /// <returns>The bound client. It need not be disposed.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IChatClient ForModel(this IHybridLlmClient client, string model)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new BoundChatClient(client, HybridLlmOptionKeys.Model, model);
    }
}
