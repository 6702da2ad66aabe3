using System.Text;
using HybridLlm.Configuration.Binding;
using HybridLlm.Configuration.Validation;
using Microsoft.Extensions.Configuration;

namespace HybridLlm.Tests.Configuration;

/// <summary>Reads and checks configurations written as JSON with single quotes.</summary>
internal static class ConfigurationHarness
{
    /// <summary>Something valid to lay a case over: one backend with two models, and nothing to be discovered.</summary>
    public const string Base = """
        {
          'Providers': { 'local': { 'Type': 'LlamaCpp', 'Endpoint': 'http://localhost:8080' } },
          'Models': { 'a': { 'Provider': 'local' }, 'b': { 'Provider': 'local', 'Aliases': [ 'bee' ], 'Tags': [ 'strong' ] } },
          'Catalog': { 'Discovery': 'Off' }
        }
        """;

    public static ILlmProviderFactory[] Factories { get; } =
        [new FakeProviderFactory("LlamaCpp"), new FakeProviderFactory("Ollama"), new FakeProviderFactory("LmStudio")];

    /// <summary>Layers of JSON, each over the one before, as the section HybridLlm.</summary>
    public static IConfigurationSection Section(params string[] layers)
    {
        var builder = new ConfigurationBuilder();
        foreach (var layer in layers)
        {
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($"{{ \"HybridLlm\": {Json(layer)} }}")));
        }

        return builder.Build().GetSection("HybridLlm");
    }

    /// <summary>A backtick stands for an apostrophe inside a text.</summary>
    public static string Json(string text) => text.Replace('\'', '"').Replace('`', '\'');

    public static HybridLlmOptions Read(params string[] layers) => Read(Section(layers));

    public static HybridLlmOptions Read(IConfiguration section, params ILlmProviderFactory[] factories)
    {
        var options = new HybridLlmOptions();
        new HybridLlmOptionsSetup(section, factories.Length == 0 ? Factories : factories).Configure(options);
        return options;
    }

    public static HybridLlmOptionsValidator Validator(params ILlmProviderFactory[] factories) =>
        new(factories.Length == 0 ? Factories : factories, CheckCondition, ["Neo4j"]);

    public static (IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Inspect(params string[] layers) => Validator().Inspect(Read(layers));

    private static string? CheckCondition(string condition) =>
        condition.Contains("==", StringComparison.Ordinal) ? null : "There is no comparison; write one, such as taskType == 'template'.";
}
