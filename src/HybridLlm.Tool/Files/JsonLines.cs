using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HybridLlm.Tool.Files;

/// <summary>Reads and writes files of one JSON object a line.</summary>
internal static class JsonLines
{
    /// <summary>Reads a file; empty lines are skipped.</summary>
    /// <exception cref="InputException">The file is not there, or a line is not such an object.</exception>
    public static Task<List<T>> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(path, type, static _ => null, cancellationToken);

    /// <summary>Reads a file and checks its rows; empty lines are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">What a row is.</param>
    /// <param name="check">Says what is wrong with a row and what helps; <see langword="null"/> when it is fine.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InputException">The file is not there, or a line is not such an object, or one that does not pass.</exception>
    public static async Task<List<T>> ReadAsync<T>(string path, JsonTypeInfo<T> type, Func<T, string?> check, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var number = 0;
        try
        {
            await foreach (var line in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    var row = JsonSerializer.Deserialize(line, type) ?? throw new InputException($"{path}, line {number}: null instead of an object.");
                    if (check(row) is { } problem)
                    {
                        throw new InputException($"{path}, line {number}: {problem}");
                    }

                    rows.Add(row);
                }
            }
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}, line {number}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {exception.Message}", exception);
        }

        return rows;
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static async Task WriteAsync<T>(string path, IEnumerable<T> rows, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllLinesAsync(path, rows.Select(row => JsonSerializer.Serialize(row, type)), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {exception.Message}", exception);
        }
    }
}
