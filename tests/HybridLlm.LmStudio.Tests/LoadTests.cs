using System.Collections.Concurrent;
using HybridLlm.LmStudio.Tests.Support;
using HybridLlm.Testing;
using OpenAIWire = HybridLlm.OpenAICompatible.Tests.Support.Wire;

namespace HybridLlm.LmStudio.Tests;

/// <summary>Loading, unloading and downloading.</summary>
public sealed class LoadTests
{
    private const string Model = "qwen/qwen2.5-7b";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_loaded_once_with_the_context_that_is_wished()
    {
        var loaded = false;
        await using var studio = new Studio(options => options.ContextSize = 8192);
        studio.On("GET /api/v1/models", _ => OpenAIWire.Json($$"""{"models":[{{(loaded ? Studio.Entry(Model, "", Model) : Studio.Entry(Model))}}]}"""));
        studio.On("POST /api/v1/models/load", _ =>
        {
            loaded = true;
            return OpenAIWire.Json($$"""{"type":"llm","instance_id":"{{Model}}","load_time_seconds":9.099,"status":"loaded"}""");
        });

        Assert.Equal(ModelState.NotLoaded, await studio.Provider.GetModelStateAsync(Model, Cancellation));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => studio.Provider.LoadModelAsync(Model, Cancellation)));

        var order = Assert.Single(studio.BodiesOf("/api/v1/models/load"));
        Assert.Equal($$"""{"model":"{{Model}}","context_length":8192}""", order.GetRawText());
        Assert.Equal(ModelState.Resident, await studio.Provider.GetModelStateAsync(Model, Cancellation));
    }

    [Fact]
    public async Task All_instances_of_a_model_are_unloaded()
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model, "", Model, Model + ":2"), Studio.Entry("other", "", "other"));
        studio.On("POST /api/v1/models/unload", request => OpenAIWire.Json(request.Text));

        await studio.Provider.UnloadModelAsync(Model, Cancellation);

        Assert.Equal(
            [$$"""{"instance_id":"{{Model}}"}""", $$"""{"instance_id":"{{Model}}:2"}"""],
            studio.BodiesOf("/api/v1/models/unload").Select(body => body.GetRawText()));
    }

    [Fact]
    public async Task Unloading_what_is_not_loaded_does_nothing()
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model));
        await studio.Provider.UnloadModelAsync(Model, Cancellation);
        Assert.Equal(["GET /api/v1/models"], studio.Calls);
    }

    [Fact]
    public async Task A_model_that_does_not_exist_is_not_loaded()
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model));
        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.Provider.LoadModelAsync("nope", Cancellation));
        Assert.Equal(ProviderErrorKind.ModelNotFound, failure.Kind);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(200)]
    public async Task A_model_that_does_not_fit_is_an_error_whatever_the_status(int status)
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model)).OnJson(
            "POST /api/v1/models/load", """{"error":{"type":"model_load_failed","message":"Failed to load model. Error: (Exit code: 134)"}}""", status);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.Provider.LoadModelAsync(Model, Cancellation));

        Assert.Equal(ProviderErrorKind.ServerError, failure.Kind);
        Assert.Contains("Exit code: 134", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_time_to_live_a_request_loads_the_model_and_says_how_long_it_stays()
    {
        await using var studio = new Studio(options => options.TimeToLive = TimeSpan.FromMinutes(5)).OnModels(Studio.Entry(Model)).OnChat("x");

        await studio.Provider.LoadModelAsync(Model, Cancellation);

        var body = Assert.Single(studio.BodiesOf("/v1/chat/completions"));
        Assert.Equal((300, 1), (body.GetProperty("ttl").GetInt32(), body.GetProperty("max_tokens").GetInt32()));
        Assert.DoesNotContain("POST /api/v1/models/load", studio.Calls);
    }

    [Fact]
    public async Task An_older_LM_Studio_loads_by_a_request_and_says_why_it_does_not_unload()
    {
        await using var studio = new Studio().OnJson("GET /api/v0/models", $$"""{"data":[{"id":"{{Model}}","type":"llm","state":"not-loaded"}]}""").OnChat("x");

        await studio.Provider.LoadModelAsync(Model, Cancellation);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.Provider.UnloadModelAsync(Model, Cancellation));

        Assert.Single(studio.BodiesOf("/v1/chat/completions"));
        Assert.Equal(ProviderErrorKind.InvalidRequest, failure.Kind);
        Assert.Contains("0.4", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_tells_its_progress_until_it_is_done()
    {
        var clock = new ManualTimeProvider();
        var polls = 0;
        await using var studio = new Studio { Clock = clock };
        studio.OnModels().OnJson("POST /api/v1/models/download", """{"job_id":"job_1","status":"downloading","total_size_bytes":1000,"started_at":"2026-01-01T00:00:00Z"}""");
        studio.On("GET /api/v1/models/download/status/job_1", _ => OpenAIWire.Json(++polls < 3
            ? $$"""{"job_id":"job_1","status":"downloading","downloaded_bytes":{{polls * 300}},"total_size_bytes":1000}"""
            : """{"job_id":"job_1","status":"completed","downloaded_bytes":1000,"total_size_bytes":1000}"""));
        var progress = new Collected();

        var download = studio.Provider.DownloadModelAsync("ibm/granite-4-micro", progress, Cancellation);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!download.IsCompleted && await look.WaitForNextTickAsync(Cancellation))
        {
            // The pause between two looks, not the budget of one.
            if (clock.UntilNextTimer is { } pause && pause == TimeSpan.FromSeconds(1))
            {
                clock.Advance(pause);
            }
        }

        await download;
        Assert.Equal([0, 300, 600, 1000], progress.Reports.Select(report => report.CompletedBytes));
        Assert.Equal(1, progress.Reports.Last().Fraction);
    }

    [Fact]
    public async Task A_model_that_is_there_already_is_not_downloaded_and_none_is_deleted()
    {
        await using var studio = new Studio().OnModels().OnJson("POST /api/v1/models/download", """{"status":"already_downloaded"}""");

        await studio.Provider.DownloadModelAsync("ibm/granite-4-micro", null, Cancellation);

        Assert.Equal(ProviderErrorKind.InvalidRequest, (await Assert.ThrowsAsync<ProviderException>(() => studio.Provider.DeleteModelAsync("x", Cancellation))).Kind);
    }

    [Fact]
    public async Task The_first_requests_to_a_model_load_one_instance_of_it()
    {
        var loaded = false;
        await using var studio = new Studio();
        studio.On("GET /api/v1/models", _ => OpenAIWire.Json($$"""{"models":[{{(Volatile.Read(ref loaded) ? Studio.Entry(Model, "", Model) : Studio.Entry(Model))}}]}"""));
        var states = new ConcurrentQueue<bool>();
        studio.On("POST /v1/chat/completions", _ =>
        {
            states.Enqueue(Volatile.Read(ref loaded));
            Volatile.Write(ref loaded, true);
            return OpenAIWire.Whole("\"content\":\"Hi\"");
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => studio.AskAsync(Model)));

        Assert.Single(states, wasLoaded => !wasLoaded);
        Assert.Equal(8, states.Count);
    }

    [Fact]
    public async Task A_first_request_that_fails_lets_the_next_one_try()
    {
        var calls = 0;
        await using var studio = new Studio().OnModels(Studio.Entry(Model));
        studio.On("POST /v1/chat/completions", _ => Interlocked.Increment(ref calls) == 1
            ? OpenAIWire.Json("""{"error":{"type":"model_load_failed","message":"Failed to load model."}}""", 500)
            : OpenAIWire.Whole("\"content\":\"Hi\""));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.AskAsync(Model));

        Assert.Equal(ProviderErrorKind.ServerError, failure.Kind);
        Assert.Equal("Hi", (await studio.AskAsync(Model)).Text);
    }

    private sealed class Collected : IProgress<ModelDownloadProgress>
    {
        public ConcurrentQueue<ModelDownloadProgress> Reports { get; } = [];

        public void Report(ModelDownloadProgress value) => Reports.Enqueue(value);
    }
}
