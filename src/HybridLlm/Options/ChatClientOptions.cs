using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>What HybridLlm cannot find out about an <see cref="IChatClient"/> that an application adds as a provider.</summary>
public sealed class ChatClientOptions
{
    /// <summary>
    /// Gets the models that the client is asked for, by their ids. Empty, the default, for the one that its <see cref="ChatClientMetadata"/> names; where it names
    /// none, the one model has the provider's name, and the client is told no model.
    /// </summary>
    public IList<string> Models { get; } = [];

    /// <summary>Gets or sets what the client can do. Default: streaming, tools and JSON schemas.</summary>
    public LlmFeatures Features { get; set; } = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema;

    /// <summary>
    /// Gets or sets a value indicating whether what is asked stays on this machine or network, for privacy rules. Default: <see langword="false"/>, because
    /// nobody can tell by looking at a client.
    /// </summary>
    public bool IsLocal { get; set; }

    /// <summary>Gets or sets whether the client's use costs money per token. <see langword="null"/>, the default: it does unless it is local.</summary>
    public bool? IsMetered { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the client is left alone when the provider goes out of use, because it belongs to somebody else, such as the
    /// application's services. Default: <see langword="false"/>: it is disposed.
    /// </summary>
    public bool LeaveOpen { get; set; }
}
