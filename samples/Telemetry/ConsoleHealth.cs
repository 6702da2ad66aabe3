using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TelemetrySample;

/// <summary>Prints what the health checks say. A web application maps them instead: <c>app.MapHealthChecks("/ready")</c>.</summary>
internal static class ConsoleHealth
{
    public static async Task WriteAsync(HealthCheckService checks)
    {
        var report = await checks.CheckHealthAsync();
        Console.WriteLine();
        foreach (var (name, entry) in report.Entries)
        {
            Console.WriteLine($"{name}: {entry.Status}. {entry.Description} {string.Join(", ", entry.Data.Select(item => $"{item.Key}={item.Value}"))}");
        }
    }
}
