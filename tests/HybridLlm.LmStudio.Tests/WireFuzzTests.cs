using System.Text;
using HybridLlm.Conformance.Fuzz;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LmStudio.Tests;

/// <summary>Damaged answers of both generations of LM Studio, as the simulator sends them; it cannot be recorded here.</summary>
public sealed class WireFuzzTests
{
    private const string Model = "qwen/qwen3-4b";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LmStudioRest.V1, true)]
    [InlineData(LmStudioRest.V1, false)]
    [InlineData(LmStudioRest.V0, false)]
    public async Task Damaged_answers_are_answers_or_typed_failures(LmStudioRest rest, bool streams)
    {
        await using var simulator = await LmStudioSimulator.StartAsync(
            options =>
            {
                options.Rest = rest;
                options.Models.Add(new(Model) { SupportsThinking = true });
                options.Models.Add(new("text-embedding-nomic-embed-text-v1.5") { IsEmbedding = true });
            },
            Cancellation);
        await using var fuzzer = new WireFuzzer(new LmStudioOptions
        {
            Type = LmStudioProviderFactory.ProviderType,
            Endpoint = simulator.Endpoint.ToString(),
            DetailedStats = true,
        });
        fuzzer.AddLmStudio();
        fuzzer.AddCommon(Model).AddEmbeddings("text-embedding-nomic-embed-text-v1.5").AddResidency(Model, unloads: rest == LmStudioRest.V1);
        if (rest == LmStudioRest.V1)
        {
            fuzzer.Add("download", static (provider, cancellationToken) => ((IModelDownloader)provider).DownloadModelAsync("ibm/granite-4-micro", null, cancellationToken));
            fuzzer.Script("download", [.. Download]);
        }

        await fuzzer.RecordAsync(Cancellation);
        await fuzzer.RecordVariantsAsync(simulator, Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams, seed: 21, Cancellation)).ToString());
    }

    // The forms are those of LM Studio's REST documentation, https://lmstudio.ai/docs/developer/rest/download.
    private static IEnumerable<WireAnswer> Download =>
    [
        Json("GET", "/api/v1/models", """{"models":[]}"""),
        Json("POST", "/api/v1/models/download", """{"job_id":"job_1","status":"downloading","total_size_bytes":1000,"started_at":"2026-01-01T00:00:00Z"}"""),
        Json("GET", "/api/v1/models/download/status/job_1", """{"job_id":"job_1","status":"downloading","downloaded_bytes":300,"total_size_bytes":1000,"bytes_per_second":12.5}"""),
        Json("GET", "/api/v1/models/download/status/job_1", """{"job_id":"job_1","status":"completed","downloaded_bytes":1000,"total_size_bytes":1000}"""),
    ];

    private static WireAnswer Json(string method, string path, string body) => new(method, path, 200, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body));
}
