using System.Text.Json;

namespace QuickStart.Setup;

/// <summary>A model server that somebody else started on this machine.</summary>
/// <param name="Key">Its name under <c>HybridLlm:Providers</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Type">The type of provider that talks to it.</param>
/// <param name="Endpoint">Its address.</param>
/// <param name="Models">The ids of the models that it lists.</param>
internal sealed record RunningServer(string Key, string Name, string Type, string Endpoint, IReadOnlyList<string> Models)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // llama-server is about to change its default port from the first to the second.
    private static readonly RunningServer[] Usual =
    [
        new("lmstudio", "LM Studio", "LmStudio", "http://127.0.0.1:1234", []),
        new("ollama", "Ollama", "Ollama", "http://127.0.0.1:11434", []),
        new("llamacpp", "llama-server", "LlamaCpp", "http://127.0.0.1:8080", []),
        new("llamacpp-9931", "llama-server", "LlamaCpp", "http://127.0.0.1:9931", []),
    ];

    /// <summary>Looks at the default ports.</summary>
    /// <returns>The servers that answer there.</returns>
    public static async Task<IReadOnlyList<RunningServer>> FindAllAsync()
    {
        using var http = new HttpClient { Timeout = Patience };
        var found = await Task.WhenAll(Usual.Select(server => server.LookAsync(http)));
        return [.. found.OfType<RunningServer>()];
    }

    private async Task<RunningServer?> LookAsync(HttpClient http)
    {
        try
        {
            // A list that all of them have, whatever else they speak.
            using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{Endpoint}/v1/models")));
            return this with { Models = ChatModels(answer.RootElement) };
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            // Nobody is there, or somebody who is no model server.
            return null;
        }
    }

    private static List<string> ChatModels(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        return [.. data.EnumerateArray()
            .Select(model => model.TryGetProperty("id", out var id) ? id.GetString() ?? "" : "")
            .Where(id => id.Length > 0 && !id.Contains("embed", StringComparison.OrdinalIgnoreCase))];
    }
}
