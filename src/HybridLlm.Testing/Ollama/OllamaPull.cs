using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.Ollama;

/// <summary>Downloads a model: lines of progress, and an error that is one more line under status 200.</summary>
internal sealed class OllamaPull(OllamaSimulatorOptions options, OllamaInventory inventory)
{
    private const string Missing = "pull model manifest: file does not exist";
    private const string StreamType = "application/x-ndjson";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(60);

    public async Task AnswerAsync(Exchange exchange, string name)
    {
        var wanted = OllamaModel.Canonical(name);
        var model = options.Registry.FirstOrDefault(model => OllamaModel.Canonical(model.Name) == wanted) ?? inventory.Find(name)?.Model;
        var streams = ChatRequest.Member(exchange.Json(), "stream") is not { ValueKind: System.Text.Json.JsonValueKind.False };
        if (streams)
        {
            await exchange.StartStreamAsync(StreamType, []).ConfigureAwait(false);
            await SayAsync(exchange, "pulling manifest").ConfigureAwait(false);
        }

        if (model is null)
        {
            await (streams ? EndAsync(exchange, OllamaErrors.Line(Missing)) : exchange.SendAsync(OllamaErrors.Of(500, Missing) with { ContentType = "application/json" })).ConfigureAwait(false);
            return;
        }

        await DownloadAsync(exchange, model, streams).ConfigureAwait(false);
        inventory.Add(name, model);
        if (!streams)
        {
            await exchange.SendAsync(new Answer(200, "application/json", GoJson.Object(static root => root.WriteString("status", "success")))).ConfigureAwait(false);
            return;
        }

        await SayAsync(exchange, "verifying sha256 digest").ConfigureAwait(false);
        await SayAsync(exchange, "writing manifest").ConfigureAwait(false);
        await EndAsync(exchange, GoJson.Line(static root => root.WriteString("status", "success"))).ConfigureAwait(false);
    }

    private static Task SayAsync(Exchange exchange, string status) => exchange.Response.WriteChunkAsync(GoJson.Line(root => root.WriteString("status", status)));

    private static async Task EndAsync(Exchange exchange, byte[] line)
    {
        await exchange.Response.WriteChunkAsync(line).ConfigureAwait(false);
        await exchange.Response.EndChunksAsync().ConfigureAwait(false);
    }

    private async Task DownloadAsync(Exchange exchange, SimulatedModel model, bool streams)
    {
        var digest = new OllamaModel(model.Name, model, default).Digest;
        var there = inventory.Models.Any(known => known.Digest == digest);
        var steps = there ? 0 : (int)Math.Min(1000, Math.Ceiling(options.DownloadTime / Interval));
        for (var step = 0; step <= steps; step++)
        {
            var completed = steps == 0 ? model.SizeBytes : model.SizeBytes * step / steps;
            if (streams)
            {
                await exchange.Response.WriteChunkAsync(GoJson.Line(root =>
                {
                    root.WriteString("status", $"pulling {digest[..12]}");
                    root.WriteString("digest", $"sha256:{digest}");
                    root.WriteNumber("total", model.SizeBytes);
                    root.Count("completed", completed);
                })).ConfigureAwait(false);
            }

            await options.TimeProvider.WaitAsync(step == steps ? TimeSpan.Zero : options.DownloadTime / steps, exchange.Gone).ConfigureAwait(false);
        }
    }
}
