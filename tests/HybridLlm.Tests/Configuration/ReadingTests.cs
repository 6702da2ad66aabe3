using Microsoft.Extensions.Configuration;
using NSubstitute;

namespace HybridLlm.Tests.Configuration;

public class ReadingTests
{
    /// <summary>The sample of the design, with sections of features that this version does not have.</summary>
    private const string Sample = """
        {
          'Providers': {
            'lmstudio': { 'Type': 'LmStudio', 'Endpoint': 'http://localhost:1234', 'MaxConcurrency': 4 },
            'ollama':   { 'Type': 'ollama',   'Endpoint': 'http://localhost:11434', 'MaxConcurrency': 2, 'KeepAlive': '00:05:00' },
            'llamacpp': { 'Type': 'LlamaCpp', 'ServerPath': 'llama-server', 'ModelPath': 'models/mistral-7b-q4.gguf', 'ContextSize': 4096, 'Threads': 8,
                          'Timeouts': { 'Load': '00:10:00' } }
          },
          'Models': {
            'phi-4-mini-instruct': {
              'Provider': 'lmstudio', 'MemoryMB': 4000, 'Quantization': '4bit', 'MaxTokens': 512, 'Temperature': 0.7, 'SupportsStreaming': false,
              'Fallbacks': [ 'gemma-3-1b-it', 'qwen2.5-0.5b' ], 'Aliases': [ 'phi' ], 'Tags': [ 'small', 'fast' ],
              'Tasks': { 'tool_selection': { 'Suitable': true, 'Quality': 0.95, 'Speed': 0.5, 'Temperature': 0.2 } }
            }
          },
          'Routing': {
            'DefaultModel': 'mistral:7b',
            'EscalationThreshold': 0.6, 'AccuracyFloor': 0.3, 'AccuracyBoostAbove': 0.7, 'AccuracyBoost': 0.2, 'Exploration': 0.05,
            'Tasks': { 'tool_selection': { 'Models': [ 'qwen2.5-0.5b', 'qwen2.5-7b' ], 'Default': 'qwen2.5-0.5b', 'Weights': { 'Speed': 0.6, 'Success': 0.4 } } },
            'Rules': [ { 'When': 'taskType == `template`', 'Target': 'lmstudio', 'Confidence': 0.9, 'Description': 'Templates are fast work' } ],
            'Experiments': [ { 'Name': 'gemma-vs-phi', 'Task': 'structured_output', 'Variants': { 'gemma-3-1b-it': 0.5, 'phi-4-mini-instruct': 0.5 } } ]
          },
          'Prompts':   { 'rag_query': { 'Default': 'Context: {context}', 'mistral': '…' } },
          'Cache':     { 'Enabled': true, 'TimeToLive': '01:00:00', 'Semantic': { 'Enabled': false, 'Model': 'nomic-embed-text', 'Threshold': 0.95 } },
          'Resources': { 'MaxMemoryFraction': 0.8 },
          'Metrics':   { 'Store': 'Json', 'Path': null, 'Retention': '90.00:00:00', 'Neo4j': { 'Uri': 'http://localhost:7474', 'Password': null } }
        }
        """;

    [Fact]
    public void Configure_reads_the_sample_of_the_design()
    {
        var options = ConfigurationHarness.Read(Sample);

        var (errors, warnings) = ConfigurationHarness.Validator().Inspect(options);
        Assert.Empty(errors);
        Assert.Equal(["llamacpp", "lmstudio", "ollama"], options.Providers.Keys.Order(StringComparer.Ordinal));
        var ollama = Assert.IsType<FakeProviderOptions>(options.Providers["OLLAMA"]);
        Assert.Equal((TimeSpan.FromMinutes(5), 2), (ollama.KeepAlive, ollama.MaxConcurrency));
        var llamacpp = Assert.IsType<FakeProviderOptions>(options.Providers["llamacpp"]);
        Assert.Equal(("llama-server", 4096, 8, 100), (llamacpp.ServerPath, llamacpp.ContextSize, llamacpp.Threads, llamacpp.QueueLimit));
        Assert.Equal(TimeSpan.FromMinutes(10), llamacpp.Timeouts?.Load);
        var phi = options.Models["phi-4-mini-instruct"];
        Assert.Equal(["gemma-3-1b-it", "qwen2.5-0.5b"], phi.Fallbacks);
        Assert.Equal(["phi"], phi.Aliases);
        Assert.Equal(["small", "fast"], phi.Tags);
        Assert.Equal((4000, 512, 0.7f, false), (phi.MemoryMB, phi.MaxTokens, phi.Temperature, phi.SupportsStreaming));
        Assert.Equal((true, 0.95, 0.5, 0.2f), (phi.Tasks["tool_selection"].Suitable, phi.Tasks["tool_selection"].Quality, phi.Tasks["tool_selection"].Speed, phi.Tasks["tool_selection"].Temperature));
        var task = options.Routing.Tasks["tool_selection"];
        Assert.Equal(["qwen2.5-0.5b", "qwen2.5-7b"], task.Models);
        Assert.Equal((0.6, 0.4, 0, 0), (task.Weights!.Speed, task.Weights.Success, task.Weights.Quality, task.Weights.TokensPerSecond));
        var rule = Assert.Single(options.Routing.Rules);
        Assert.Equal(("taskType == 'template'", "lmstudio", RuleEffect.Prefer, 0.9), (rule.When, rule.Target, rule.Effect, rule.Confidence));
        var experiment = Assert.Single(options.Routing.Experiments);
        Assert.Equal(("gemma-vs-phi", "structured_output", ExperimentMetric.Success), (experiment.Name, experiment.Task, experiment.Metric));
        Assert.Equal(
            [("gemma-3-1b-it", "gemma-3-1b-it", 0.5), ("phi-4-mini-instruct", "phi-4-mini-instruct", 0.5)],
            experiment.Variants.OrderBy(variant => variant.Key, StringComparer.Ordinal).Select(variant => (variant.Key, variant.Value.Model!, variant.Value.Weight)));
        Assert.Equal(("Json", null, TimeSpan.FromDays(90)), (options.Metrics.Store, options.Metrics.Path, options.Metrics.Retention));

        // What this version does not do is said, and so are names that only discovery can bring.
        Assert.Equal(
            ["Cache", "Models:phi-4-mini-instruct:Fallbacks:0", "Models:phi-4-mini-instruct:Fallbacks:1", "Prompts", "Resources", "Routing:DefaultModel", "Routing:Experiments:0:Variants:gemma-3-1b-it:Model", "Routing:Tasks:tool_selection:Default", "Routing:Tasks:tool_selection:Models:0", "Routing:Tasks:tool_selection:Models:1"],
            warnings.Select(line => line.Split(' ')[0]["HybridLlm:".Length..]));
    }

    [Fact]
    public void Configure_keeps_colons_in_the_names_of_models()
    {
        var options = ConfigurationHarness.Read(
            """
            {
              'Providers': { 'ollama': { 'Type': 'Ollama' } },
              'Models': {
                'mistral': { 'Provider': 'ollama', 'Temperature': 0.1 },
                'mistral:7b': { 'Provider': 'ollama', 'Aliases': [ 'm7' ], 'Tasks': { 'planning': { 'Quality': 0.4 } } },
                'hf.co/x/Llama-3.2-3B-GGUF:Q4_K_M': { 'Provider': 'ollama' },
                'registry:5000/y:tag': { 'Provider': 'ollama' },
                'qwen3:4b': { 'Temperature': 0.2 }
              }
            }
            """,
            "{ 'Models': { 'qwen3:4b': { 'Provider': 'ollama' }, 'mistral:7b': { 'MaxTokens': 7 } } }");

        Assert.Empty(ConfigurationHarness.Validator().Inspect(options).Errors);
        Assert.Equal(
            ["hf.co/x/Llama-3.2-3B-GGUF:Q4_K_M", "mistral", "mistral:7b", "qwen3:4b", "registry:5000/y:tag"],
            options.Models.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((0.1f, (int?)null), (options.Models["mistral"].Temperature, options.Models["mistral"].MaxTokens));
        Assert.Equal((7, 0.4), (options.Models["mistral:7b"].MaxTokens, options.Models["mistral:7b"].Tasks["planning"].Quality));
        Assert.Equal("m7", Assert.Single(options.Models["mistral:7b"].Aliases));
        Assert.Equal(0.2f, options.Models["qwen3:4b"].Temperature);
    }

    [Fact]
    public void Configure_reads_short_and_long_forms_of_variants_and_keeps_colons_in_their_names()
    {
        var options = ConfigurationHarness.Read(
            ConfigurationHarness.Base,
            """
            {
              'Models': { 'mistral:7b': { 'Provider': 'local' } },
              'Routing': { 'Experiments': [ { 'Name': 'x', 'Metric': 'Rating', 'Variants': {
                'mistral:7b': 0.25, 'mistral': { 'Model': 'a', 'Weight': 3, 'Template': 'Q: {prompt}' }, 'control': { }, 'b': 2 } } ] }
            }
            """);

        Assert.Empty(ConfigurationHarness.Validator().Inspect(options).Errors);
        var experiment = Assert.Single(options.Routing.Experiments);
        Assert.Equal(ExperimentMetric.Rating, experiment.Metric);
        Assert.Equal(
            [("b", "b", 2.0), ("control", null, 1.0), ("mistral", "a", 3.0), ("mistral:7b", "mistral:7b", 0.25)],
            experiment.Variants.OrderBy(variant => variant.Key, StringComparer.Ordinal).Select(variant => (variant.Key, variant.Value.Model, variant.Value.Weight)));
    }

    [Fact]
    public void Configure_takes_a_misspelt_part_of_a_model_for_a_slip_and_not_for_a_model()
    {
        var (errors, warnings) = ConfigurationHarness.Inspect(ConfigurationHarness.Base, "{ 'Models': { 'a': { 'Taskz': { 'planning': { 'Quality': 0.4 } } } } }");

        Assert.Empty(errors);
        Assert.Equal("HybridLlm:Models:a:Taskz is 'Taskz'. The key is not known and is not used. Did you mean 'Tasks'?", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("{ 'Fallback': [] }", "HybridLlm:Fallback", "Known keys: Providers, Models")]
    [InlineData("{ 'Model': { } }", "HybridLlm:Model", "Did you mean 'Models'?")]
    [InlineData("{ 'Models': { 'a': { 'Fallback': [ 'b' ] } } }", "HybridLlm:Models:a:Fallback", "Did you mean 'Fallbacks'?")]
    [InlineData("{ 'Resilience': { 'CircuitBraker': { 'FailureRatio': 1 } } }", "HybridLlm:Resilience:CircuitBraker", "Did you mean 'CircuitBreaker'?")]
    [InlineData("{ 'Providers': { 'local': { 'MaxConcurency': 3 } } }", "HybridLlm:Providers:local:MaxConcurency", "Did you mean 'MaxConcurrency'?")]
    [InlineData("{ 'Routing': { 'Tasks': { 'tool_selction': { 'Default': 'a' } } } }", "HybridLlm:Routing:Tasks:tool_selction", "Did you mean 'tool_selection'?")]
    [InlineData("{ 'Cache': { 'Enabled': true } }", "HybridLlm:Cache", "does not have the feature")]
    public void Inspect_warns_of_keys_that_are_not_used(string json, string path, string hint)
    {
        var (errors, warnings) = ConfigurationHarness.Inspect(ConfigurationHarness.Base, json);

        Assert.Empty(errors);
        var warning = Assert.Single(warnings);
        Assert.StartsWith(path + " is ", warning, StringComparison.Ordinal);
        Assert.Contains(hint, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_says_nothing_about_keys_that_belong_to_the_provider_type() =>
        Assert.Empty(ConfigurationHarness.Inspect(ConfigurationHarness.Base, "{ 'Providers': { 'local': { 'ServerPath': 'x', 'Server': { 'Port': 1 } } } }").Warnings);

    [Fact]
    public void Configure_takes_an_empty_value_for_none()
    {
        var options = ConfigurationHarness.Read(
            ConfigurationHarness.Base,
            """
            {
              'Providers': { 'local': { 'Endpoint': '', 'MaxConcurrency': '' } }, 'Routing': null, 'Timeouts': { 'Total': null },
              'Models': { 'a': { 'Fallbacks': [], 'Tasks': {}, 'Quality': '' } }, 'Metrics': { 'Store': '', 'Path': '' }
            }
            """);

        var (errors, warnings) = ConfigurationHarness.Validator().Inspect(options);
        Assert.Empty(errors);
        Assert.Empty(warnings);
        Assert.Null(options.Providers["local"].Endpoint);
        Assert.Null(options.Models["a"].Quality);
        Assert.Equal(("Json", null), (options.Metrics.Store, options.Metrics.Path));
        Assert.Equal(TimeSpan.FromMinutes(10), options.Timeouts.Total);
    }

    [Fact]
    public void Configure_uses_the_path_of_the_section_it_was_given()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([new("My:Llm:Routing:MaxRoutes", "none")]).Build();

        var (errors, _) = ConfigurationHarness.Validator().Inspect(ConfigurationHarness.Read(root.GetSection("My:Llm")));

        Assert.StartsWith("My:Llm:Routing:MaxRoutes is 'none'. ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Configure_leaves_the_rest_of_a_provider_in_place_when_one_value_is_bad()
    {
        var options = ConfigurationHarness.Read(ConfigurationHarness.Base, "{ 'Providers': { 'local': { 'Threads': 'x', 'ContextSize': 512 } } }");

        var local = Assert.IsType<FakeProviderOptions>(options.Providers["local"]);
        Assert.Equal((512, "http://localhost:8080"), (local.ContextSize, local.Endpoint));
    }

    [Fact]
    public void Inspect_lets_a_disabled_provider_be_of_a_type_that_is_not_registered() =>
        Assert.Empty(ConfigurationHarness.Inspect(ConfigurationHarness.Base, "{ 'Providers': { 'x': { 'Type': 'Vllm', 'Enabled': false } } }").Errors);

    [Theory]
    [InlineData("Off", "local", false)]
    [InlineData("Auto", "local", false)]
    [InlineData("All", "local", true)]
    [InlineData("Auto", "other", true)]
    public void Inspect_only_warns_of_a_name_that_discovery_may_bring(string discovery, string provider, bool mayCome)
    {
        var json = $"{{ 'Catalog': {{ 'Discovery': '{discovery}' }}, 'Providers': {{ '{provider}': {{ 'Type': 'LlamaCpp' }} }}, 'Models': {{ 'a': {{ 'Fallbacks': [ 'later' ] }} }} }}";

        var (errors, warnings) = ConfigurationHarness.Inspect(ConfigurationHarness.Base, json);

        Assert.Equal(mayCome ? [] : ["HybridLlm:Models:a:Fallbacks:0"], errors.Select(e => e.Split(' ')[0]));
        Assert.Equal(mayCome ? ["HybridLlm:Models:a:Fallbacks:0"] : [], warnings.Select(e => e.Split(' ')[0]));
    }

    [Theory]
    [InlineData("{ 'Timeouts': { 'Total': '00:00:30' } }")]
    [InlineData("{ 'Timeouts': { 'FirstToken': '00:00:02' } }")]
    [InlineData("{ 'Timeouts': { 'Idle': '00:00:03' } }")]
    [InlineData("{ 'Providers': { 'local': { 'Timeouts': { 'Idle': '00:00:03' } } } }")]
    [InlineData("{ 'Resilience': { 'Cooldown': { 'Maximum': '00:00:00' } } }")]
    [InlineData("{ 'Resilience': { 'Retry': { 'MaxDelay': '00:00:00.1' } } }")]
    public void Inspect_accepts_a_smaller_limit_over_a_default(string json) =>
        Assert.Empty(ConfigurationHarness.Inspect(ConfigurationHarness.Base, json).Errors);

    [Fact]
    public void Inspect_accepts_options_made_in_code()
    {
        var options = new HybridLlmOptions();
        options.Providers["local"] = new FakeProviderOptions { Type = "LlamaCpp" };
        options.Models["a"] = new ModelOptions { Provider = "local", Fallbacks = { "b" } };
        options.Models["b"] = new ModelOptions { Provider = "LOCAL" };

        Assert.Empty(ConfigurationHarness.Validator().Inspect(options).Errors);
        options.Routing.MaxRoutes = 0;
        Assert.StartsWith("HybridLlm:Routing:MaxRoutes is '0'.", Assert.Single(ConfigurationHarness.Validator().Inspect(options).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Configure_refuses_a_whole_section_that_the_provider_type_cannot_read()
    {
        var factory = Substitute.For<ILlmProviderFactory>();
        factory.Type.Returns("LlamaCpp");
        factory.ReadOptions(Arg.Any<IConfigurationSection>()).Returns(call => call.Arg<IConfigurationSection>().GetChildren().Count() > 1
            ? throw new InvalidOperationException("Type and Endpoint do not go together.")
            : new ProviderOptions());

        var options = ConfigurationHarness.Read(ConfigurationHarness.Section(ConfigurationHarness.Base), factory);

        Assert.Equal(
            "HybridLlm:Providers:local is 'LlamaCpp'. The section does not fit the options of the type: Type and Endpoint do not go together.",
            Assert.Single(ConfigurationHarness.Validator().Inspect(options).Errors));
    }
}
