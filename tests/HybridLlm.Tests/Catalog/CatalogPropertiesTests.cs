using HybridLlm.Catalog;

namespace HybridLlm.Tests.Catalog;

public class CatalogPropertiesTests
{
    private static readonly string[] Ids =
        ["a", "A", "a:latest", "a.gguf", "/m/a.gguf", "/n/a.gguf", "b", "b:7b", "org/b", "p0/a", "qwen2.5:7b", "mistral:7b", "mistral-7b-instruct", "nomic-embed-text", "a~2"];

    [Fact]
    public void Any_merge_keeps_the_promises_of_a_catalog()
    {
        var random = new Random(77);
        for (var round = 0; round < 3_000; round++)
        {
            var (options, reported) = Inputs(random);

            var catalog = CatalogBuilderTests.Build(options, reported);

            // Every enabled configured model is there under its own name, and the names are unique.
            foreach (var (name, configured) in options.Models)
            {
                var there = catalog.TryFind(name, out var found);
                Assert.Equal(options.Providers[configured.Provider!].Enabled, there && found!.Name == name);
                Assert.True(!there || found!.Name != name || found.Quality == (configured.Quality ?? found.Quality));
            }

            Assert.Equal(catalog.Models.Count, catalog.Models.Select(model => model.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

            // Whatever name or alias a model has leads to it, in any case.
            foreach (var model in catalog.Models)
            {
                Assert.All(model.Aliases.Append(model.Name), name => Assert.True(catalog.TryFind(name.ToUpperInvariant(), out var found) && ReferenceEquals(found, model)));
                Assert.True(options.Providers[model.Provider].Enabled);
                Assert.InRange(model.Quality, 0, 1);
                Assert.InRange(model.Speed, 0, 1);
            }

            // A reported model is discovered at most once, only where discovery is on, and never beside a configured model that stands for it.
            var discovered = catalog.Models.Where(model => model.Origin == ModelOrigin.Discovered).ToArray();
            Assert.Equal(discovered.Length, discovered.Select(model => (model.Provider, model.ModelId)).Distinct().Count());
            Assert.All(discovered, model => Assert.NotEqual(ModelDiscovery.Off, options.Catalog.Discovery));
            Assert.All(discovered, model => Assert.Contains(model.ModelId, reported.Single(r => r.Provider == model.Provider).Models.Select(r => r.Id)));
            Assert.All(discovered, model => Assert.DoesNotContain(
                catalog.Models, other => other.Origin == ModelOrigin.Configured && other.Provider == model.Provider && other.ModelId == model.ModelId));
            if (options.Catalog.Discovery == ModelDiscovery.All)
            {
                Assert.All(
                    reported.Where(r => options.Providers[r.Provider].Enabled).SelectMany(r => r.Models.Select(m => (r.Provider, m.Id))),
                    pair => Assert.True(catalog.TryFind(pair.Id, out _)));
            }

            // The same inputs make the same catalog.
            Assert.Equal(Describe(catalog), Describe(CatalogBuilderTests.Build(options, reported)));
        }
    }

    private static (HybridLlmOptions Options, (string Provider, ProviderModel[] Models)[] Reported) Inputs(Random random)
    {
        string[] providers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => $"p{i}")];
        var options = CatalogBuilderTests.Options(providers);
        options.Catalog.Discovery = (ModelDiscovery)random.Next(3);
        foreach (var provider in providers)
        {
            options.Providers[provider].Enabled = random.Next(5) > 0;
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            options.Models[Ids[random.Next(Ids.Length)]] = new ModelOptions
            {
                Provider = providers[random.Next(providers.Length)],
                ModelId = random.Next(2) == 0 ? null : Ids[random.Next(Ids.Length)],
                Quality = random.Next(2) == 0 ? null : random.NextDouble(),
            };
        }

        var reported = providers.Select(provider => (
            provider,
            Enumerable.Range(0, random.Next(5)).Select(_ => CatalogBuilderTests.Reported(Ids[random.Next(Ids.Length)])).ToArray())).ToArray();
        return (options, reported);
    }

    private static string Describe(ModelCatalog catalog) =>
        string.Join('\n', catalog.Models.Select(model => $"{model.Name}|{model.Provider}|{model.ModelId}|{string.Join(',', model.Aliases)}"));
}
