using Microsoft.Extensions.Configuration;
using QuickStart.Rendering;
using QuickStart.Steps;

namespace QuickStart.Setup;

/// <summary>What there is on this machine to run models with.</summary>
/// <param name="LlamaServer">The path of a llama-server for the sample's own models; <see langword="null"/> when there is none.</param>
/// <param name="Running">The model servers that run already.</param>
/// <param name="OwnModel">A model file that the user adds; or <see langword="null"/>.</param>
internal sealed record LocalBackends(string? LlamaServer, IReadOnlyList<RunningServer> Running, string? OwnModel)
{
    /// <summary>Gets the models beside the sample's own: one of each server that runs, and the user's.</summary>
    public IReadOnlyList<string> OtherModels =>
        [.. Running.Where(server => server.Models.Count > 0).Select(server => server.Models[0]), .. OwnModelName is { } own ? [own] : Array.Empty<string>()];

    private string? OwnModelName => OwnModel is null ? null : $"own-{Path.GetFileNameWithoutExtension(OwnModel)}";

    /// <summary>Looks around.</summary>
    /// <param name="model">The path of a model file that the user adds; or <see langword="null"/>.</param>
    /// <param name="report">Told what is found.</param>
    /// <exception cref="SampleException">There is nothing to run a model with, or the user's file does not exist.</exception>
    public static async Task<LocalBackends> FindAsync(string? model, Report report)
    {
        report.Title("Backends on this machine");
        var own = model is null ? null : Path.GetFullPath(model);
        if (own is not null && !File.Exists(own))
        {
            throw new SampleException($"There is no file {own}. --model takes the path of a GGUF file.");
        }

        var running = await RunningServer.FindAllAsync();
        foreach (var server in running)
        {
            report.Found(server.Name, server.Endpoint, server.Models.Count > 0 ? $"serves {server.Models[0]}" : "answers, but lists no model");
        }

        var llamaServer = await Setup.LlamaServer.FindAsync(report);
        if (llamaServer is not null)
        {
            report.Found("llama-server", llamaServer, "will run the models of this sample");
        }
        else if (own is not null || !running.Any(server => server.Models.Count > 0))
        {
            throw new SampleException($"There is no llama-server on the PATH. Install llama.cpp and run the sample again: {Setup.LlamaServer.InstallHint}");
        }
        else
        {
            report.Note($"There is no llama-server on the PATH, so only the part with the running servers is shown. For all of it: {Setup.LlamaServer.InstallHint}");
        }

        return new(llamaServer, running, own);
    }

    /// <summary>Writes into the configuration what appsettings.json cannot know.</summary>
    public void WriteTo(IConfigurationManager configuration)
    {
        var found = new Dictionary<string, string?>();
        foreach (var server in Running)
        {
            found[$"HybridLlm:Providers:{server.Key}:Type"] = server.Type;
            found[$"HybridLlm:Providers:{server.Key}:Endpoint"] = server.Endpoint;
        }

        foreach (var provider in new[] { "fast", "smart" })
        {
            found[$"HybridLlm:Providers:{provider}:Enabled"] = LlamaServer is null ? "false" : "true";
            found[$"HybridLlm:Providers:{provider}:ServerPath"] = LlamaServer;
        }

        if (OwnModelName is { } own)
        {
            found["HybridLlm:Providers:own:Type"] = "LlamaCpp";
            found["HybridLlm:Providers:own:ModelPath"] = OwnModel;
            found["HybridLlm:Providers:own:ServerPath"] = LlamaServer;
            found["HybridLlm:Providers:own:ModelAlias"] = own;
            found["HybridLlm:Providers:own:ContextSize"] = "2048";
            found[$"HybridLlm:Models:{own}:Provider"] = "own";
        }

        // The sample's measurements in a folder of their own, unless somebody says otherwise.
        if (configuration[ShowPerformance.PathKey] is null)
        {
            found[ShowPerformance.PathKey] = Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "HybridLlm", "quickstart");
        }

        configuration.AddInMemoryCollection(found);
    }
}
