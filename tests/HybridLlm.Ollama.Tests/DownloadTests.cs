using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;

namespace HybridLlm.Ollama.Tests;

public sealed class DownloadTests
{
    private const string Digest = "sha256:92e9212c4802cee26f69286d69250f0c1af6118cad0055924e1cc15e6159cc02";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("911-", 39_537_824)] // goes on where it was
    [InlineData("912-", 39_537_824)] // everything is there already
    public async Task A_download_tells_its_bytes_over_all_files(string transcript, long size)
    {
        await using var backend = Backend.Replaying(transcript);
        using var progress = new Progress();
        await backend.Provider.DownloadModelAsync("m", progress, Token);

        var reports = progress.Reports;
        Assert.Equal("success", reports[^1].Status);
        Assert.InRange(reports[^1].TotalBytes, size, size + 10_000);
        Assert.InRange(reports[^1].Fraction, 0.9, 1);
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.CompletedBytes <= pair.Second.CompletedBytes && pair.First != pair.Second));
        Assert.Contains(reports, report => report.Status.StartsWith("pulling ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("900-", ProviderErrorKind.Unavailable)] // no network
    [InlineData("901-", ProviderErrorKind.Unavailable)]
    [InlineData("902-", ProviderErrorKind.Unavailable)] // refused
    [InlineData("905-", ProviderErrorKind.ModelNotFound)]
    [InlineData("906-", ProviderErrorKind.ModelNotFound)]
    [InlineData("907-", ProviderErrorKind.InvalidRequest)]
    [InlineData("914-", ProviderErrorKind.ServerError)] // wrong bytes
    public async Task Surprise_3_a_download_that_fails_says_so_in_its_last_line(string transcript, ProviderErrorKind kind)
    {
        await using var backend = Backend.Replaying(transcript);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.DownloadModelAsync("m", null, Token));

        Assert.Equal((kind, Backend.Name, "m"), (failure.Kind, failure.Provider, failure.ModelId));
    }

    [Fact]
    public async Task Surprise_3_a_download_that_says_the_same_for_ever_is_given_up()
    {
        var clock = new ManualTimeProvider();
        var gone = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(Ndjson.Cut(Frame(1), Frame(2), Frame(2), Frame(2)));
            await connection.WaitForClientToGoAsync();
            gone.SetResult();
        });
        await using var backend = new Backend(server.Endpoint, options => options.DownloadStallTimeout = TimeSpan.FromSeconds(30)) { Clock = clock };
        using var progress = new Progress();
        var download = backend.Provider.DownloadModelAsync("m", progress, Token);
        await progress.WaitForAsync(2);

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(download.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => download);
        Assert.Equal(ProviderErrorKind.Timeout, failure.Kind);
        await gone.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_check_of_what_was_downloaded_may_take_longer()
    {
        var clock = new ManualTimeProvider();
        var checkedWell = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(Ndjson.Cut(Frame(1), """{"status":"verifying sha256 digest"}"""));
            await checkedWell.Task;
            await connection.SendAsync(WireText.Chunk("{\"status\":\"success\"}\n") + "0\r\n\r\n");
        });
        await using var backend = new Backend(server.Endpoint, options => options.DownloadStallTimeout = TimeSpan.FromSeconds(30)) { Clock = clock };
        using var progress = new Progress();
        var download = backend.Provider.DownloadModelAsync("m", progress, Token);
        await progress.WaitForAsync(2);

        clock.Advance(TimeSpan.FromSeconds(299));
        checkedWell.SetResult();
        await download;
    }

    [Fact]
    public async Task Leaving_a_download_closes_its_connection()
    {
        var gone = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(Ndjson.Cut(Frame(1)));
            await connection.WaitForClientToGoAsync();
            gone.SetResult();
        });
        await using var backend = new Backend(server.Endpoint);
        using var caller = new CancellationTokenSource();
        using var progress = new Progress();
        var download = backend.Provider.DownloadModelAsync("m", progress, caller.Token);
        await progress.WaitForAsync(1);

        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await gone.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_download_that_ends_without_success_broke_off()
    {
        await using var ended = Backend.Replaying(Ndjson.Stream(Frame(1)));
        await using var cut = Backend.Replaying(Ndjson.Cut(Frame(1)));
        foreach (var backend in (Backend[])[ended, cut])
        {
            var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.DownloadModelAsync("m", null, Token));
            Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        }
    }

    [Fact]
    public async Task A_model_is_downloaded_listed_and_deleted()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.Models.Add(new("sim-model"));
                options.Registry.Add(new("new:1b"));
            },
            Token);
        await using var backend = Backend.Simulated(simulator);

        await backend.Provider.DownloadModelAsync("new:1b", null, Token);
        Assert.Contains(await backend.Provider.ListModelsAsync(Token), model => model.Id == "new:1b");
        await backend.Provider.DeleteModelAsync("new:1b", Token);
        Assert.DoesNotContain(await backend.Provider.ListModelsAsync(Token), model => model.Id == "new:1b");

        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.DeleteModelAsync("new:1b", Token));
        Assert.Equal(ProviderErrorKind.ModelNotFound, failure.Kind);
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.DownloadModelAsync("nowhere:1b", null, Token))).Kind);
    }

    [Fact]
    public async Task Deleting_asks_as_the_recording_does()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("ollama", "150-"));
        await using var backend = new Backend(server.Endpoint);
        await backend.Provider.DeleteModelAsync("copy-of-a", Token);

        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.Equal(("DELETE /api/delete HTTP/1.1", """{"model":"copy-of-a"}"""), (request.RequestLine, request.Text));
    }

    private static string Frame(int completed) => $$"""{"status":"pulling 92e9212c4802","digest":"{{Digest}}","total":100,"completed":{{completed}}}""";

    /// <summary>Keeps what is reported, as it is reported.</summary>
    private sealed class Progress : IProgress<ModelDownloadProgress>, IDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<ModelDownloadProgress> _reports = [];
        private readonly SemaphoreSlim _reported = new(0);

        internal IReadOnlyList<ModelDownloadProgress> Reports
        {
            get
            {
                lock (_lock)
                {
                    return [.. _reports];
                }
            }
        }

        public void Report(ModelDownloadProgress value)
        {
            lock (_lock)
            {
                _reports.Add(value);
            }

            _reported.Release();
        }

        public void Dispose() => _reported.Dispose();

        internal async Task WaitForAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _reported.WaitAsync(Token);
            }
        }
    }
}
