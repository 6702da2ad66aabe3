using HybridLlm.Catalog;

namespace HybridLlm.Tests.Catalog;

public class CatalogBuilderTests
{
    private const LlmFeatures All =
        LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Logprobs | LlmFeatures.Reasoning;

    [Fact]
    public void Build_takes_everything_that_is_configured()
    {
        var options = Options("p");
        options.Models["phi"] = new ModelOptions
        {
            Provider = "P",
            ModelId = "phi-4",
            Family = "f",
            Quantization = "q",
            License = "l",
            MemoryMB = 1,
            ContextLength = 2,
            Quality = 0.1,
            Speed = 0.2,
            MaxTokens = 3,
            Temperature = 0.3f,
            TopP = 0.4f,
            MaxConcurrency = 4,
            Aliases = { "a" },
            Tags = { "t" },
            Fallbacks = { "x" },
            Tasks = { ["planning"] = new() { Suitable = true, Quality = 0.5, Speed = 0.6, Temperature = 0.7f, TopP = 0.8f, MaxTokens = 5 } },
        };
        var reported = new ProviderModel
        {
            Id = "phi-4",
            Family = "rf",
            Quantization = "Q8_0",
            License = "rl",
            ContextLength = 9,
            SizeBytes = 99,
            Version = "sha",
            ParameterCount = 14,
            Features = All,
        };

        var model = Find(Build(options, ("p", [reported])), "A");

        Assert.Equal(("phi", "p", "phi-4", ModelOrigin.Configured), (model.Name, model.Provider, model.ModelId, model.Origin));
        Assert.Equal(("f", "q", "l", "sha", 14L), (model.Family, model.Quantization, model.License, model.Version, model.ParameterCount));
        Assert.Equal((1, 2, 0.1, 0.2, 4), (model.MemoryMB, model.ContextLength, model.Quality, model.Speed, model.MaxConcurrency));
        Assert.Equal(new GenerationParameters(0.3f, 0.4f, 3), model.Parameters);
        Assert.Equal((["t"], ["x"]), (model.Tags.ToArray(), model.Fallbacks.ToArray()), EqualLists);
        var task = model.Tasks["planning"];
        Assert.Equal((true, 0.5, 0.6, new GenerationParameters(0.7f, 0.8f, 5)), (task.Suitable, task.Quality, task.Speed, task.Parameters));
    }

    [Fact]
    public void Build_fills_what_is_not_configured_from_the_provider_then_from_the_name()
    {
        var options = Options("p");
        options.Models["one"] = new ModelOptions { Provider = "p", ModelId = "qwen2.5:7b-instruct-q8_0" };
        options.Models["qwen2.5:0.5b"] = new ModelOptions { Provider = "p" };

        var catalog = Build(options, ("p", [new ProviderModel { Id = "qwen2.5:7b-instruct-q8_0", Family = "qwen2", Quantization = "Q6_K", ParameterCount = 7_620_000_000, SizeBytes = 5_000_000_000, ContextLength = 4096 }]));

        var one = Find(catalog, "one");
        Assert.Equal(("qwen2", "Q6_K", 7_620_000_000L, 4769, 4096, "Apache-2.0"), (one.Family, one.Quantization, one.ParameterCount, one.MemoryMB, one.ContextLength, one.License));
        var other = Find(catalog, "QWEN2.5:0.5B");
        Assert.Equal(("qwen", null, 500_000_000L, null, null, "Apache-2.0"), (other.Family, other.Quantization, other.ParameterCount, other.MemoryMB, other.ContextLength, other.License));
        Assert.True(one.Quality > other.Quality);
        Assert.True(one.Speed < other.Speed);
    }

    [Theory]
    [InlineData("mistral", "mistral:latest", "mistral:latest")]
    [InlineData("mistral:latest", "mistral", "mistral")]
    [InlineData("Mistral", "mistral", "mistral")]
    [InlineData("mistral-7b", "mistral-7b.gguf", "mistral-7b.gguf")]
    [InlineData("mistral-7b", "/models/mistral-7b.gguf", "/models/mistral-7b.gguf")]
    [InlineData("mistral-7b.gguf", "C:\\models\\Mistral-7B.gguf", "C:\\models\\Mistral-7B.gguf")]
    [InlineData("Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct")]
    [InlineData("served-as", "/models/x.gguf", "served-as")]
    [InlineData("mistral:7b", "mistral:latest", null)]
    [InlineData("mistral", "mistral-nemo", null)]
    public void Build_matches_ids_in_the_forms_they_are_written_in(string configured, string reported, string? id)
    {
        var options = Options("p");
        options.Models["m"] = new ModelOptions { Provider = "p", ModelId = configured };

        var model = Find(Build(options, ("p", [new ProviderModel { Id = reported, Aliases = ["served-as"], ContextLength = 77 }])), "m");

        Assert.Equal((id ?? configured, id is null ? null : (int?)77), (model.ModelId, model.ContextLength));
    }

    [Fact]
    public void Build_prefers_the_closest_match_and_takes_none_of_two_equal_ones()
    {
        var options = Options("p");
        options.Models["exact"] = new ModelOptions { Provider = "p", ModelId = "x" };
        options.Models["either"] = new ModelOptions { Provider = "p", ModelId = "y" };

        var catalog = Build(options, ("p", [Reported("X"), Reported("a/x"), Reported("x:latest"), Reported("x"), Reported("a/y"), Reported("b/y.gguf")]));

        Assert.Equal(("x", "y"), (Find(catalog, "exact").ModelId, Find(catalog, "either").ModelId));
    }

    [Theory]
    [InlineData(ModelDiscovery.Auto, "free/b")]
    [InlineData(ModelDiscovery.All, "busy/c free/b")]
    [InlineData(ModelDiscovery.Off, "")]
    public void Build_discovers_what_it_is_told_to(ModelDiscovery discovery, string expected)
    {
        var options = Options("busy", "free");
        options.Catalog.Discovery = discovery;
        options.Models["a"] = new ModelOptions { Provider = "busy" };

        var catalog = Build(options, ("busy", [Reported("a:latest"), Reported("c")]), ("free", [Reported("b")]));

        var discovered = catalog.Models.Where(model => model.Origin == ModelOrigin.Discovered);
        Assert.Equal(expected, string.Join(' ', discovered.Select(model => $"{model.Provider}/{model.Name}")));
    }

    [Fact]
    public void Build_leaves_out_models_of_providers_that_are_disabled_or_absent()
    {
        var options = Options("on", "off");
        options.Providers["off"].Enabled = false;
        options.Models["a"] = new ModelOptions { Provider = "on" };
        options.Models["b"] = new ModelOptions { Provider = "off" };
        options.Models["c"] = new ModelOptions { Provider = "gone" };
        options.Catalog.Discovery = ModelDiscovery.All;

        var catalog = Build(options, ("on", []), ("off", [Reported("d")]), ("gone", [Reported("e")]));

        Assert.Equal(["a"], catalog.Models.Select(model => model.Name));
    }

    [Fact]
    public void Build_gives_models_of_two_providers_with_one_name_both_names()
    {
        var options = Options("left", "right");
        options.Models["taken"] = new ModelOptions { Provider = "left" };
        options.Catalog.Discovery = ModelDiscovery.All;

        var catalog = Build(options, ("left", [Reported("same"), Reported("left-only")]), ("right", [Reported("SAME:latest"), Reported("taken")]));

        Assert.Equal(["taken", "left/same", "left-only", "right/SAME", "right/taken"], catalog.Models.Select(model => model.Name));
        Assert.Equal("left/same", Find(catalog, "same").Name);
        Assert.Equal("right/SAME", Find(catalog, "same:latest").Name);
        Assert.Equal("left-only", Find(catalog, "left/left-only").Name);
        Assert.Equal("left", Find(catalog, "taken").Provider);
    }

    [Fact]
    public void Build_names_files_after_themselves()
    {
        var catalog = Build(Options("p"), ("p", [Reported("/models/a/tiny-fast.gguf"), Reported("/models/b/tiny-fast.gguf"), Reported("/models/b/other.gguf")]));

        Assert.Equal(["p/tiny-fast", "p//models/b/tiny-fast.gguf", "other"], catalog.Models.Select(model => model.Name));
        Assert.Equal("/models/b/other.gguf", Find(catalog, "other").ModelId);
        Assert.Equal("other", Find(catalog, "/models/b/other.gguf").Name);
    }

    [Fact]
    public void Build_finds_the_built_in_default_under_the_names_it_goes_by()
    {
        var catalog = Build(Options("p"), ("p", [Reported("mistral-nemo:12b"), Reported("Mistral-7B-Instruct-v0.3-Q4_K_M.gguf"), Reported("mistral-embed-7b")]));

        Assert.Equal("Mistral-7B-Instruct-v0.3-Q4_K_M", Find(catalog, RoutingOptions.BuiltInDefaultModel).Name);
        Assert.Equal("Apache-2.0", Find(catalog, RoutingOptions.BuiltInDefaultModel).License);
    }

    [Fact]
    public void Build_lets_names_and_configured_aliases_win_over_reported_ones()
    {
        var options = Options("p");
        options.Models["a"] = new ModelOptions { Provider = "p", Aliases = { "mine" } };
        options.Models["b"] = new ModelOptions { Provider = "p" };

        var catalog = Build(options, ("p", [new ProviderModel { Id = "a", Aliases = ["B", "extra"] }, new ProviderModel { Id = "b:latest", Aliases = ["mine", "EXTRA"] }]));

        Assert.Equal(("a", "b", "a"), (Find(catalog, "MINE").Name, Find(catalog, "b").Name, Find(catalog, "extra").Name));
        Assert.Equal((["mine", "extra"], ["b:latest"]), (Find(catalog, "a").Aliases.ToArray(), Find(catalog, "b").Aliases.ToArray()), EqualLists);
        Assert.False(catalog.TryFind("nobody", out _));
    }

    [Fact]
    public void Features_are_those_of_model_and_provider_both()
    {
        var options = Options("p");
        options.Catalog.Discovery = ModelDiscovery.All;
        options.Models["overruled"] = new ModelOptions { Provider = "p", SupportsStreaming = false, SupportsVision = true, SupportsTools = true, SupportsJsonSchema = false };
        var capabilities = new ProviderCapabilities { Features = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Tools };

        var catalog = CatalogBuilder.Build(
            options,
            new Dictionary<string, ProviderCapabilities> { ["p"] = capabilities },
            new Dictionary<string, IReadOnlyList<ProviderModel>>
            {
                ["p"] =
                [
                    new ProviderModel { Id = "reported", Features = LlmFeatures.Streaming | LlmFeatures.Vision },
                    Reported("llava:7b"), Reported("nomic-embed-text:latest"),
                    new ProviderModel { Id = "vectors", Features = LlmFeatures.Embeddings },
                ],
            });

        Assert.Equal(LlmFeatures.Streaming, Find(catalog, "reported").Features);
        Assert.Equal(LlmFeatures.Streaming | LlmFeatures.JsonSchema, Find(catalog, "llava:7b").Features);
        Assert.Equal(LlmFeatures.Embeddings, Find(catalog, "nomic-embed-text").Features);
        Assert.Equal(LlmFeatures.Embeddings, Find(catalog, "vectors").Features);
        Assert.Equal(LlmFeatures.Tools | LlmFeatures.Vision, Find(catalog, "overruled").Features);
    }

    [Theory]
    [InlineData("MIT", "MIT")]
    [InlineData("Apache License\n Version 2.0, January 2004\n…", "Apache-2.0")]
    [InlineData(" ", "Apache-2.0")]
    public void License_is_a_name_and_not_a_text(string reported, string expected) =>
        Assert.Equal(expected, Find(Build(Options("p"), ("p", [new ProviderModel { Id = "qwen3:4b", License = reported }])), "qwen3:4b").License);

    [Fact]
    public void License_of_an_unknown_model_is_the_first_line_of_what_is_reported() =>
        Assert.Equal("HOUSE RULES", Find(Build(Options("p"), ("p", [new ProviderModel { Id = "ours", License = "\n  HOUSE RULES \r\nbe kind" }])), "ours").License);

    private static bool EqualLists((string[] A, string[] B) x, (string[] A, string[] B) y) => x.A.SequenceEqual(y.A) && x.B.SequenceEqual(y.B);

    internal static HybridLlmOptions Options(params string[] providers)
    {
        var options = new HybridLlmOptions();
        foreach (var provider in providers)
        {
            options.Providers[provider] = new ProviderOptions { Type = "Fake" };
        }

        return options;
    }

    internal static ProviderModel Reported(string id) => new() { Id = id };

    internal static ModelCatalog Build(HybridLlmOptions options, params (string Provider, ProviderModel[] Models)[] reported) => CatalogBuilder.Build(
        options,
        reported.ToDictionary(pair => pair.Provider, _ => new ProviderCapabilities { Features = All }, StringComparer.OrdinalIgnoreCase),
        reported.ToDictionary(pair => pair.Provider, pair => (IReadOnlyList<ProviderModel>)pair.Models, StringComparer.OrdinalIgnoreCase));

    private static ModelProfile Find(ModelCatalog catalog, string name)
    {
        Assert.True(catalog.TryFind(name, out var model), $"There is no '{name}'.");
        return model;
    }
}
