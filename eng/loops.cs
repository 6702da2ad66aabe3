#:property PublishAot=false
#:project ../src/HybridLlm.LlamaCpp/HybridLlm.LlamaCpp.csproj
#:package Microsoft.Extensions.DependencyInjection
using System.Globalization;
using System.Text.Json;
using HybridLlm;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// Usage: dotnet run eng/loops.cs -- SERVER MODEL PROMPTS ANSWERS SEED
// Has a small model answer prompts through the router, with a stronger one behind it, and compares which answers were taken for loops with those whose
// end repeats itself to the letter. Exit code: 0 when precision is .95 and recall .9 or more, and each answer that was found was escalated.
if (args is not [var server, var model, var prompts, var count, var seed])
{
    Console.Error.WriteLine("Usage: dotnet run eng/loops.cs -- SERVER MODEL PROMPTS ANSWERS SEED");
    return 2;
}

const int ShortestPrompt = 15;
const int LongestPrompt = 700;
const string Weak = "weak";
const string Strong = "strong";
int[] limits = [256, 400, 200, 320];

var answers = new LastAnswer(Weak);
var services = new ServiceCollection();
services.AddHybridLlm(options =>
    {
        options.Metrics.Store = "None";
        options.Routing.EscalationThreshold = 0.6;
        options.Models[Weak] = new() { Provider = "llamacpp", ModelId = Path.GetFileNameWithoutExtension(model), Fallbacks = { Strong }, Quality = 0.2 };
        options.Models[Strong] = new() { Provider = "stand-in", Quality = 0.9 };
    })
    .AddLlamaCpp("llamacpp", options =>
    {
        (options.ServerPath, options.ModelPath, options.Threads) = (server, model, 1);
        (options.ContextSize, options.ParallelSlots) = (2048, 1);
    })
    .AddChatClient("stand-in", static _ => new StandIn(), static options => options.Models.Add(Strong))
    .AddConfidenceEstimator(_ => answers);
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<IHybridLlmClient>();

var all = File.ReadLines(prompts)
    .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()!)
    .Where(prompt => prompt.Length is >= ShortestPrompt and <= LongestPrompt)
    .ToArray();
new Random(int.Parse(seed, CultureInfo.InvariantCulture)).Shuffle(all);

List<(string Text, bool IsFound, bool IsEscalated)> seen = [];
foreach (var (number, prompt) in all.Take(int.Parse(count, CultureInfo.InvariantCulture)).Index())
{
    // Three of four as small models loop most, without chance.
    var options = new ChatOptions { Temperature = number % 4 == 3 ? 0.7f : 0, MaxOutputTokens = limits[number / 4 % limits.Length], Seed = number };
    var response = await client.GenerateAsync(new LlmRequest([new ChatMessage(ChatRole.User, prompt)], options) { Model = Weak });
    var first = response.Trace.Attempts.First(attempt => attempt.Model == Weak);
    var isFound = first.Confidence?.Signals.Any(static signal => signal.Name == "repetition") == true;
    seen.Add((answers.Text, isFound, response.Model == Strong));
}

Console.WriteLine($"{seen.Count} answers; the end of {seen.Count(static answer => answer.IsFound)} was taken for a loop, of which {seen.Count(static answer => answer is { IsFound: true, IsEscalated: true })} were escalated.");
var reached = seen.Where(static answer => answer.IsFound).All(static answer => answer.IsEscalated);
foreach (var rounds in new[] { 3, 2 })
{
    var loops = seen.Select(answer => Loops(answer.Text.TrimEnd(), rounds)).ToArray();
    var both = seen.Zip(loops).Count(static pair => pair.First.IsFound && pair.Second);
    var precision = Share(both, seen.Count(static answer => answer.IsFound));
    var recall = Share(both, loops.Count(static loop => loop));
    reached &= precision >= 0.95 && recall >= 0.9;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} rounds to the letter: {loops.Count(static loop => loop)} answers; precision {precision:0.000}, recall {recall:0.000}"));
}

return reached ? 0 : 1;

static double Share(int part, int whole) => whole == 0 ? 1 : (double)part / whole;

// Tries every period, one character after another: slow, and nothing that could go wrong in the same way as what is measured. What comes only twice
// must be longer to be a loop, since short words come twice in any text.
static bool Loops(string text, int rounds)
{
    var shortest = rounds == 2 ? 60 : 24;
    for (var period = 1; period * rounds <= text.Length; period++)
    {
        var length = Math.Max(period * rounds, shortest);
        var same = 0;
        while (same + period < text.Length && text[text.Length - 1 - same] == text[text.Length - 1 - same - period])
        {
            same++;
        }

        if (same > 0 && same + period >= length)
        {
            return true;
        }
    }

    return false;
}

/// <summary>Remembers the last answer of a model that was judged.</summary>
internal sealed class LastAnswer(string model) : IConfidenceEstimator
{
    public string Name => "last-answer";

    public string Text { get; private set; } = "";

    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        Text = context.Model.Name == model ? context.Text : Text;
        return default;
    }
}

/// <summary>Stands for a stronger model: what it says is of no importance here.</summary>
internal sealed class StandIn : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "A stronger model's answer.")) { FinishReason = ChatFinishReason.Stop });

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Nobody asks this model for a stream.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
