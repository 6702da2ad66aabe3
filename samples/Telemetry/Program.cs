// What HybridLlm tells OpenTelemetry, to look at:
//
//   dotnet run --project samples/Telemetry                                   prints spans, metrics and health to the console
//   OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 dotnet run --project samples/Telemetry
//                                                                            sends spans and metrics to a collector, Jaeger, the Aspire dashboard, …
//
// The two servers are simulated (HybridLlm.Testing), so no model is needed and one of them can fail when it is to. docs/telemetry.md explains what is seen.
using System.Diagnostics;
using HybridLlm;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TelemetrySample;

var sendsToCollector = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };
using var application = new ActivitySource("Sample");

// These names are all that OpenTelemetry has to know of HybridLlm.
using var telemetry = OpenTelemetrySdk.Create(otel => otel
    .ConfigureResource(resource => resource.AddService("hybridllm-sample"))
    .WithTracing(tracing =>
    {
        tracing.AddSource(application.Name).AddSource(HybridLlmDiagnostics.ActivitySourceName);
        _ = sendsToCollector ? tracing.AddOtlpExporter() : tracing.AddProcessor(new SimpleActivityExportProcessor(new ConsoleSpans()));
    })
    .WithMetrics(metrics =>
    {
        metrics.AddMeter(HybridLlmDiagnostics.MeterName);
        _ = sendsToCollector ? metrics.AddOtlpExporter() : metrics.AddReader(new BaseExportingMetricReader(new ConsoleMetrics()));
    }));

await using var fast = await LlamaServerSimulator.StartAsync();
await using var steady = await LlamaServerSimulator.StartAsync();
fast.Replies.Default = _ => "Paris, I think.";
steady.Replies.Default = _ => "Paris.";

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services
    .AddHybridLlm(options =>
    {
        options.Metrics.Store = "None";
        options.Models["fast"] = new() { Provider = "one", ModelId = "sim-model", Quality = 0.8, Speed = 0.9 };
        options.Models["steady"] = new() { Provider = "two", ModelId = "sim-model", Quality = 0.7, Speed = 0.4 };
    })
    .AddLlamaCpp("one", options => options.Endpoint = fast.Endpoint.ToString())
    .AddLlamaCpp("two", options => options.Endpoint = steady.Endpoint.ToString());
builder.Services.AddHealthChecks().AddHybridLlm(tags: ["ready"]);
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<IHybridLlmClient>();

using (application.StartActivity("a plain request"))
{
    await client.GenerateAsync(new LlmRequest("What is the capital of France?"));
}

using (application.StartActivity("a server that is overloaded: another one answers"))
{
    fast.Faults.Next(Fault.Error(BackendError.Busy));
    await client.GenerateAsync(new LlmRequest("What is the capital of France?"));
}

using (application.StartActivity("a stream that is read to its end"))
{
    await foreach (var _ in client.GenerateStreamingAsync(new LlmRequest("Tell me of Paris.")))
    {
    }
}

using (application.StartActivity("a stream whose reader leaves"))
{
    await foreach (var _ in client.GenerateStreamingAsync(new LlmRequest("Tell me of Paris.")))
    {
        break;
    }
}

Console.WriteLine();
telemetry.MeterProvider.ForceFlush();
await ConsoleHealth.WriteAsync(host.Services.GetRequiredService<HealthCheckService>());
await host.StopAsync();
