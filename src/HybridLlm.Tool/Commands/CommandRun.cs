using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HybridLlm.Tool.Files;

namespace HybridLlm.Tool.Commands;

/// <summary>What all verbs do alike: the figures as the last line, and what the user gave wrong told without a stack.</summary>
internal static class CommandRun
{
    /// <summary>Runs a verb; returns its exit code.</summary>
    /// <param name="run">Does the work, shows it to people, and returns the summary.</param>
    /// <param name="type">What the summary is.</param>
    /// <param name="output">Where the summary goes, as one line.</param>
    /// <param name="error">Where errors go.</param>
    public static async Task<int> OfAsync<T>(Func<Task<T>> run, JsonTypeInfo<T> type, TextWriter output, TextWriter error)
    {
        try
        {
            var summary = await run().ConfigureAwait(false);
            await output.WriteLineAsync(JsonSerializer.Serialize(summary, type)).ConfigureAwait(false);
            return 0;
        }
        catch (InputException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }
}
