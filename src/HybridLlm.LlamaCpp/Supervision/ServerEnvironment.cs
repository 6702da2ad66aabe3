using System.Collections;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Makes the environment of a server from this process's own.</summary>
internal static class ServerEnvironment
{
    /// <summary>The variable that carries the key, so that it stands on no command line.</summary>
    public const string ApiKeyVariable = "LLAMA_API_KEY";

    // Would make the server take its standard input for orders, and end at once.
    private const string RouterPortVariable = "LLAMA_SERVER_ROUTER_PORT";
    private static readonly string[] ConfigurationPrefixes = ["LLAMA_ARG_", "LLAMA_LOG_"];

    /// <summary>Makes the environment.</summary>
    /// <param name="inherited">This process's own. What in it configures llama-server is meant for another one, and is left out.</param>
    /// <param name="configured">What is laid over it; an empty value removes a variable.</param>
    /// <param name="apiKey">The key that the server shall ask for.</param>
    /// <returns>The environment.</returns>
    public static Dictionary<string, string> Create(IDictionary inherited, IDictionary<string, string> configured, string apiKey)
    {
        var environment = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in inherited)
        {
            var name = (string)variable.Key;
            if (name != RouterPortVariable && !ConfigurationPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                environment[name] = (string?)variable.Value ?? "";
            }
        }

        foreach (var (name, value) in configured)
        {
            if (string.IsNullOrEmpty(value))
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }

        environment[ApiKeyVariable] = apiKey;
        return environment;
    }
}
