using System.Text.Json;
using Spectre.Console;

namespace HybridLlm.Tool.Tests.Support;

/// <summary>A folder of files and the output of a verb that ran on them in process.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridllm-tool-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public ToolRun() => Console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });

    public IAnsiConsole Console { get; }

    public TextWriter Output => _output;

    public TextWriter Error => _error;

    public string Told => _output.ToString();

    public string Complaint => _error.ToString();

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, IEnumerable<string> lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }

    public JsonElement LastLine() => Parse(Told.TrimEnd().Split('\n')[^1]);

    public JsonElement[] Lines(string name) => [.. File.ReadAllLines(PathOf(name)).Select(Parse)];

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
