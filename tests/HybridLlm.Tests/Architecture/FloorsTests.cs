using System.Text.RegularExpressions;

namespace HybridLlm.Tests.Architecture;

/// <summary>Holds the core to the table of floors in <c>docs/architecture.md</c>.</summary>
public sealed partial class FloorsTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Core = Path.Combine(Root, "src", "HybridLlm");
    private static readonly Dictionary<string, int> Floors = ReadTable();

    [Fact]
    public void Every_folder_of_the_core_stands_in_the_table()
    {
        var folders = Directory.EnumerateDirectories(Core).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"));

        Assert.All(folders, folder => Assert.True(Floors.ContainsKey(folder), $"docs/architecture.md does not say on which floor {folder}/ is."));
    }

    [Fact]
    public void An_import_never_points_upward_and_the_rooms_of_floor_1_do_not_import_one_another()
    {
        var imports = Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Room: Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar)[0], File: file))
            .Where(file => Floors.ContainsKey(file.Room))
            .SelectMany(file => Import().Matches(File.ReadAllText(file.File)).Select(match => (file.Room, Imported: match.Groups[1].Value, file.File)))
            .Where(import => Floors.ContainsKey(import.Imported) && import.Imported != import.Room)
            .ToList();

        Assert.NotEmpty(imports);
        Assert.All(imports, import => Assert.True(
            Floors[import.Imported] <= Floors[import.Room] && (Floors[import.Imported], Floors[import.Room]) != (1, 1),
            $"{Path.GetRelativePath(Root, import.File)} on floor {Floors[import.Room]} imports {import.Imported} on floor {Floors[import.Imported]}."));
    }

    private static Dictionary<string, int> ReadTable() =>
        Row().Matches(File.ReadAllText(Path.Combine(Root, "docs", "architecture.md")))
            .SelectMany(row => Folder().Matches(row.Groups[2].Value).Select(folder => (Name: folder.Groups[1].Value, Floor: int.Parse(row.Groups[1].Value, null))))
            .ToDictionary(folder => folder.Name, folder => folder.Floor, StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| (\d) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z]+)/`")]
    private static partial Regex Folder();

    [GeneratedRegex(@"^using HybridLlm\.([A-Za-z]+)", RegexOptions.Multiline)]
    private static partial Regex Import();
}
