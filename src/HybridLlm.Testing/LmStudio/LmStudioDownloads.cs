using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.LmStudio;

/// <summary>The downloads of the second native generation: jobs that go on by themselves, on the clock.</summary>
internal sealed class LmStudioDownloads(LmStudioHost host, LmStudioSimulatorOptions options)
{
    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    private sealed record Job(string Id, SimulatedModel Model, DateTimeOffset Started);

    public Answer Start(string name)
    {
        if (host.Find(name) is not null)
        {
            return Answer(static root => root.WriteString("status", "already_downloaded"));
        }

        var model = options.Catalog.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (model is null)
        {
            return LmStudioErrors.Native(404, "model_not_found", $"Model '{name}' was not found.");
        }

        var job = new Job("job_" + Ids.Hex(_jobs.Count + 1, 10), model, options.TimeProvider.GetUtcNow());
        _jobs[job.Id] = job;
        return Describe(job, withProgress: false);
    }

    public Answer Status(string id) => _jobs.TryGetValue(id, out var job)
        ? Describe(job, withProgress: true)
        : LmStudioErrors.Native(404, "job_not_found", $"Download job '{id}' was not found.");

    /// <summary>Puts models on the disk whose download is over.</summary>
    public void Settle()
    {
        var now = options.TimeProvider.GetUtcNow();
        foreach (var job in _jobs.Values.Where(job => job.Started + options.DownloadTime <= now))
        {
            host.Install(job.Model);
        }
    }

    private static Answer Answer(Action<Utf8JsonWriter> members) => new(200, LmStudioErrors.JsonType, Json.Object(members));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private Answer Describe(Job job, bool withProgress) => Answer(root =>
    {
        var elapsed = options.TimeProvider.GetUtcNow() - job.Started;
        var part = options.DownloadTime == TimeSpan.Zero ? 1 : Math.Min(1, elapsed / options.DownloadTime);
        root.WriteString("job_id", job.Id);
        root.WriteString("status", part < 1 ? "downloading" : "completed");
        root.WriteNumber("total_size_bytes", job.Model.SizeBytes);
        if (withProgress)
        {
            root.WriteNumber("downloaded_bytes", (long)(job.Model.SizeBytes * part));
        }

        if (withProgress && part < 1)
        {
            root.WriteNumber("bytes_per_second", (long)(job.Model.SizeBytes / options.DownloadTime.TotalSeconds));
            root.WriteString("estimated_completion", Time(job.Started + options.DownloadTime));
        }

        root.WriteString("started_at", Time(job.Started));
        if (part >= 1)
        {
            root.WriteString("completed_at", Time(job.Started + options.DownloadTime));
        }
    });
}
