using HybridLlm.Ollama.Chat;
using HybridLlm.Ollama.Models;
using HybridLlm.Ollama.Wire;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Ollama.Tests.Support;

/// <summary>Makes readers of answers that need no server.</summary>
internal static class AnswerReaders
{
    private static readonly IHttpClientFactory Clients = new ServiceCollection().AddHttpClient().BuildServiceProvider().GetRequiredService<IHttpClientFactory>();

    internal static AnswerReader Create()
    {
        var options = new OllamaOptions();
        var transport = new OpenAITransport("test", Clients, () => new Uri("http://127.0.0.1:1/"), options, OllamaDialect.Instance, TimeProvider.System);
        var request = new OllamaRequest
        {
            Provider = "test",
            ModelId = "m",
            Messages = [new ChatMessage(ChatRole.User, "hi")],
        };
        return new(transport, request, new PromptCheck(new ContextPolicy(options), static _ => Task.FromResult<Version?>(null), "test"));
    }
}
