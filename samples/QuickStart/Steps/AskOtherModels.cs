using HybridLlm;
using Microsoft.Extensions.AI;
using QuickStart.Rendering;
using QuickStart.Setup;

namespace QuickStart.Steps;

/// <summary>Asks an open question of the models that the user has: those of servers that run already, and the one of <c>--model</c>.</summary>
internal sealed class AskOtherModels(IHybridLlmClient client, LocalBackends backends, Report report) : IStep
{
    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title("An open question to your own models");
        foreach (var model in backends.OtherModels)
        {
            var question = new ChatMessage(ChatRole.User, "In one sentence: what is a llama?");
            var request = new LlmRequest([question], new ChatOptions { MaxOutputTokens = 80 })
            {
                Model = model,
                TaskType = TaskTypes.Conversation,
                Timeout = TimeSpan.FromMinutes(1),
            };
            try
            {
                report.Answer(TaskTypes.Conversation, question.Text, await client.GenerateAsync(request, cancellationToken), isRight: null);
            }
            catch (HybridLlmException exception)
            {
                report.Note($"{model} did not answer: {exception.Message}");
            }
        }
    }
}
