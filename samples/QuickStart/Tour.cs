using HybridLlm;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using QuickStart.Rendering;
using QuickStart.Setup;
using QuickStart.Steps;

namespace QuickStart;

/// <summary>Runs the steps of the sample one after the other.</summary>
internal static class Tour
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    /// <summary>Finds the backends, starts the host, runs the steps and stops the host again.</summary>
    /// <returns>The exit code: 0 when all went well, 1 on failure, 130 after Ctrl+C.</returns>
    public static async Task<int> RunAsync(HostApplicationBuilder builder)
    {
        var report = Report.ToConsole();
        try
        {
            var backends = await LocalBackends.FindAsync(builder.Configuration["model"], report);
            backends.WriteTo(builder.Configuration);
            builder.Services.AddSingleton(report).AddSingleton(backends);
            AddSteps(builder.Services, backends);
            using var host = builder.Build();
            return await RunAsync(host);
        }
        catch (Exception exception) when (exception is HybridLlmException or OptionsValidationException or SampleException)
        {
            report.Failure(exception.Message);
            return Failed;
        }
    }

    private static void AddSteps(IServiceCollection services, LocalBackends backends)
    {
        if (backends.LlamaServer is not null)
        {
            services.AddSingleton<IStep, MeetTheModels>().AddSingleton<IStep, RouteRequests>();
        }

        if (backends.OtherModels.Count > 0)
        {
            services.AddSingleton<IStep, AskOtherModels>();
        }

        if (backends.LlamaServer is not null)
        {
            services.AddSingleton<IStep, KillServer>();
        }

        services.AddSingleton<IStep, ShowPerformance>();
    }

    private static async Task<int> RunAsync(IHost host)
    {
        // The host turns Ctrl+C into this token, and stopping the host stops the servers that it started.
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await host.StartAsync();
        try
        {
            foreach (var step in host.Services.GetServices<IStep>())
            {
                await step.RunAsync(stopping);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Interrupted;
        }
        finally
        {
            await host.StopAsync();
        }
    }
}
