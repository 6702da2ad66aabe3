#:property PublishAot=false
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

// Usage: dotnet run eng/check-packages.cs -- PACKAGES SOURCES
// Checks that each project under SOURCES has a package in PACKAGES that a stranger can find, trust, read about and debug.
if (args is not [var packages, var sources])
{
    Console.Error.WriteLine("Usage: dotnet run eng/check-packages.cs -- PACKAGES SOURCES");
    return 2;
}

var faults = new List<string>();
foreach (var project in Directory.EnumerateFiles(sources, "*.csproj", SearchOption.AllDirectories).Order())
{
    var id = Path.GetFileNameWithoutExtension(project);
    var files = Directory.GetFiles(packages, "*.nupkg").Where(file => Identity(file).Id == id).ToArray();
    if (files is not [var file])
    {
        faults.Add($"{id}: {files.Length} packages instead of one");
        continue;
    }

    var before = faults.Count;
    CheckPackage(id, file);
    CheckSymbols(id, Path.ChangeExtension(file, ".snupkg"));
    if (faults.Count == before)
    {
        Console.WriteLine($"{Path.GetFileName(file)} and its symbols");
    }
}

foreach (var fault in faults)
{
    Console.Error.WriteLine(fault);
}

return faults.Count == 0 ? 0 : 1;

void CheckPackage(string id, string file)
{
    using var archive = ZipFile.OpenRead(file);
    var metadata = Metadata(archive);
    var ns = metadata.Name.Namespace;
    foreach (var name in (string[])["version", "authors", "description", "license", "readme", "icon", "tags"])
    {
        if (string.IsNullOrWhiteSpace(metadata.Element(ns + name)?.Value))
        {
            faults.Add($"{id}: its description has no {name}");
        }
    }

    var version = metadata.Element(ns + "version")?.Value;
    var strays = metadata.Descendants(ns + "dependency")
        .Where(dependency => dependency.Attribute("id")!.Value.StartsWith("HybridLlm", StringComparison.Ordinal))
        .Where(dependency => dependency.Attribute("version")!.Value != version);
    faults.AddRange(strays.Select(stray => $"{id} {version}: depends on another version of {stray.Attribute("id")!.Value}"));

    var folder = Folder(archive);
    string[] needed = ["README.md", "icon.png", $"{folder}/{id}.dll", $"{folder}/{id}.xml"];
    faults.AddRange(needed.Where(name => archive.GetEntry(name) is not { Length: > 0 }).Select(name => $"{id}: {name} is missing or empty"));
}

void CheckSymbols(string id, string file)
{
    if (!File.Exists(file))
    {
        faults.Add($"{id}: no symbols");
        return;
    }

    using var archive = ZipFile.OpenRead(file);
    var folder = Folder(archive);
    if (archive.GetEntry($"{folder}/{id}.pdb") is not { } entry)
    {
        faults.Add($"{id}: no {folder}/{id}.pdb among its symbols");
        return;
    }

    using var content = new MemoryStream();
    using (var stream = entry.Open())
    {
        stream.CopyTo(content);
    }

    content.Position = 0;
    using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
    var reader = provider.GetMetadataReader();
    var local = reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name))
        .FirstOrDefault(name => !name.StartsWith("/_", StringComparison.Ordinal));
    if (local is not null)
    {
        faults.Add($"{id}: its symbols name a path of the machine that built it: {local}");
    }
}

// A tool brings an application; every other package a library.
static string Folder(ZipArchive archive) => archive.Entries.Any(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal)) ? "tools/net10.0/any" : "lib/net10.0";

static (string? Id, string? Version) Identity(string file)
{
    using var archive = ZipFile.OpenRead(file);
    var metadata = Metadata(archive);
    return (metadata.Element(metadata.Name.Namespace + "id")?.Value, metadata.Element(metadata.Name.Namespace + "version")?.Value);
}

static XElement Metadata(ZipArchive archive)
{
    using var stream = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
    return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
}
