using System.Globalization;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Turns options into the command that starts a server.</summary>
internal sealed class ServerCommandBuilder(string serverPath, string modelPath, string apiKey, LlamaCppOptions options)
{
    // Each waiting request holds an HTTP thread; when none is left even /health waits.
    private const int SpareHttpThreads = 24;
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Builds the command.</summary>
    /// <param name="port">The port to listen on.</param>
    /// <returns>The command.</returns>
    public ServerCommand Build(int port) =>
        new(serverPath, Arguments(port), ServerEnvironment.Create(Environment.GetEnvironmentVariables(), options.Environment, apiKey));

    /// <summary>Leaves an argument out from now on, if the server can do without it.</summary>
    /// <param name="argument">The argument, which the server said it does not know: an older one.</param>
    /// <returns><see langword="true"/> when it is worth another try.</returns>
    public bool TryDrop(string argument) => Optional().Any(o => o.Name == argument) && _unknown.Add(argument);

    private List<string> Arguments(int port)
    {
        List<string> arguments = ["--model", modelPath, "--alias", options.Alias, "--parallel", Text(options.Slots)];
        if (options.ContextSize is { } context)
        {
            // The server divides its context among its slots; the option speaks of one request.
            arguments.AddRange(["--ctx-size", Text((long)context * options.Slots)]);
            if (options.Embeddings)
            {
                // An embedding is computed in one batch, and an input longer than that is refused.
                arguments.AddRange(["--batch-size", Text(context), "--ubatch-size", Text(context)]);
            }
        }

        if (options.Threads is { } threads)
        {
            arguments.AddRange(["--threads", Text(threads)]);
        }

        if (options.GpuLayers is { } layers)
        {
            arguments.AddRange(["--n-gpu-layers", Text(layers)]);
        }

        if (options.Embeddings)
        {
            arguments.Add("--embeddings");
        }

        foreach (var (name, value) in Optional())
        {
            if (_unknown.Contains(name))
            {
                continue;
            }

            arguments.Add(name);
            if (value is not null)
            {
                arguments.Add(value);
            }
        }

        arguments.AddRange(options.ExtraArguments);
        arguments.AddRange(["--host", "127.0.0.1", "--port", Text(port)]);
        return arguments;
    }

    /// <summary>Arguments that newer servers know and older ones do without.</summary>
    private IEnumerable<(string Name, string? Value)> Optional()
    {
        if (options.Offline)
        {
            yield return ("--offline", null);
        }

        // Tool calls need the model's own template; it is the default of newer servers only.
        yield return ("--jinja", null);
        yield return ("--metrics", null);
        yield return ("--threads-http", Text(options.Slots + SpareHttpThreads));
        yield return ("--cache-ram", Text(options.PromptCacheMB));

        // A stream is noticed to be unwanted, or the server to be asked to stop, when the next ping is due: by default after 30 seconds.
        yield return ("--sse-ping-interval", "1");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
