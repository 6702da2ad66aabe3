namespace HybridLlm.Tests.Configuration;

public class BadConfigurationTests
{
    public static TheoryData<string, string, string, string> Cases { get; } = new()
    {
        // Values that do not convert.
        { "{ 'Providers': { 'local': { 'MaxConcurrency': 'abc' } } }", "Providers:local:MaxConcurrency", "abc", "whole number from 1 to 10,000, such as 4" },
        { "{ 'Providers': { 'local': { 'MaxConcurrency': '99999999999' } } }", "Providers:local:MaxConcurrency", "99999999999", "from 1 to 10,000" },
        { "{ 'Providers': { 'local': { 'MaxConcurrency': 1.5 } } }", "Providers:local:MaxConcurrency", "1.5", "whole number" },
        { "{ 'Providers': { 'local': { 'Enabled': 'yes' } } }", "Providers:local:Enabled", "yes", "true or false" },
        { "{ 'Providers': { 'local': { 'QueueTimeout': '30s' } } }", "Providers:local:QueueTimeout", "30s", "\"00:00:30\"" },
        { "{ 'Providers': { 'local': { 'Threads': 'many' } } }", "Providers:local:Threads", "many", "Int32" },
        { "{ 'Providers': { 'local': { 'KeepAlive': '5m' } } }", "Providers:local:KeepAlive", "5m", "TimeSpan" },
        { "{ 'Providers': { 'local': { 'Server': { 'Port': 'http' } } } }", "Providers:local:Server:Port", "http", "Int32" },
        { "{ 'Timeouts': { 'Total': 'soon' } }", "Timeouts:Total", "soon", "hours:minutes:seconds" },
        { "{ 'Catalog': { 'Discovery': 'Some' } }", "Catalog:Discovery", "Some", "Auto, All, Off" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'a == b', 'Target': 'a', 'Effect': 'Forbid' } ] } }", "Routing:Rules:0:Effect", "Forbid", "Prefer, Require, Deny" },
        { "{ 'Models': { 'a': { 'SupportsTools': 'maybe' } } }", "Models:a:SupportsTools", "maybe", "true or false" },
        { "{ 'Models': { 'a': { 'Temperature': 'warm' } } }", "Models:a:Temperature", "warm", "number from 0 to 2" },
        { "{ 'Resilience': { 'Hedging': { 'Enabled': 'on' } } }", "Resilience:Hedging:Enabled", "on", "true or false" },

        // Values where lists or sections belong, and the other way round.
        { "{ 'Models': { 'a': { 'Fallbacks': 'b' } } }", "Models:a:Fallbacks", "b", "Write a list" },
        { "{ 'Models': { 'a': { 'Temperature': [ 1 ] } } }", "Models:a:Temperature", "a list or section", "number from 0 to 2" },
        { "{ 'Timeouts': '00:01:00' }", "Timeouts", "00:01:00", "keys Connect, Load" },
        { "{ 'Routing': { 'Tasks': 'all' } }", "Routing:Tasks", "all", "one named section for each" },
        { "{ 'Routing': { 'Tasks': [ { 'Default': 'a' } ] } }", "Routing:Tasks", "a list", "instead of a list" },
        { "{ 'Providers': { 'other': 'http://localhost:1234' } }", "Providers:other", "http://localhost:1234", "keys Type, Enabled, Endpoint" },

        // Providers.
        { "{ 'Providers': { 'x': { 'Endpoint': 'http://localhost' } } }", "Providers:x:Type", "missing", "Registered types: LlamaCpp, LmStudio, Ollama" },
        { "{ 'Providers': { 'x': { 'Type': 'Olama' } } }", "Providers:x:Type", "Olama", "Did you mean 'Ollama'?" },
        { "{ 'Providers': { 'x': { 'Type': 'vllm' } } }", "Providers:x:Type", "vllm", "reference the package HybridLlm.OpenAICompatible and call .AddVllm()" },
        { "{ 'Providers': { 'x': { 'Type': 'Gemini' } } }", "Providers:x:Type", "Gemini", ".AddGemini()" },
        { "{ 'Providers': { 'x': { 'Type': 'HuggingFace' } } }", "Providers:x:Type", "HuggingFace", ".AddHuggingFace()" },
        { "{ 'Providers': { 'x': { 'Type': 'OpenAICompatible' } } }", "Providers:x:Type", "OpenAICompatible", ".AddOpenAICompatible()" },
        { "{ 'Providers': { 'local': { 'Endpoint': 'localhost:8080' } } }", "Providers:local:Endpoint", "localhost:8080", "http://localhost:8080" },
        { "{ 'Providers': { 'local': { 'Endpoint': '/v1' } } }", "Providers:local:Endpoint", "/v1", "absolute http or https" },
        { "{ 'Providers': { 'local': { 'Endpoint': 'ftp://localhost' } } }", "Providers:local:Endpoint", "ftp://localhost", "absolute http or https" },
        { "{ 'Providers': { 'local': { 'ApiKey': 'abc\\ndef' } } }", "Providers:local:ApiKey", "***", "line break" },
        { "{ 'Providers': { 'local': { 'MaxConcurrency': 0 } } }", "Providers:local:MaxConcurrency", "0", "from 1 to 10,000" },
        { "{ 'Providers': { 'local': { 'MaxConcurrency': 10001 } } }", "Providers:local:MaxConcurrency", "10001", "from 1 to 10,000" },
        { "{ 'Providers': { 'local': { 'QueueLimit': -1 } } }", "Providers:local:QueueLimit", "-1", "from 0 to 100,000" },
        { "{ 'Providers': { 'local': { 'QueueTimeout': '-00:00:01' } } }", "Providers:local:QueueTimeout", "-00:00:01", "from 00:00:00 to 1.00:00:00" },
        { "{ 'Providers': { 'local': { 'ContextSize': 1 } } }", "Providers:local:ContextSize", "1", "128 or more" },
        { "{ 'Providers': { 'local': { 'Timeouts': { 'Idle': '00:00:00' } } } }", "Providers:local:Timeouts:Idle", "00:00:00", "from 00:00:00.01" },
        { "{ 'Providers': { 'local': { 'Timeouts': { 'FirstToken': '00:20:00' } } } }", "Providers:local:Timeouts:FirstToken", "00:20:00", "not be longer than Total, which is 00:10:00" },

        // Models.
        { "{ 'Models': { 'c': { 'Quality': 0.5 } } }", "Models:c:Provider", "missing", "one of: local" },
        { "{ 'Models': { 'c': { 'Provider': 'locale' } } }", "Models:c:Provider", "locale", "Did you mean 'local'?" },
        { "{ 'Models': { 'm:7b': { 'Provider': 'nowhere' } } }", "Models:m:7b:Provider", "nowhere", "Add it under Providers" },
        { "{ 'Models': { 'a': { 'Aliases': [ 'bee' ] } } }", "Models:b:Aliases:0", "bee", "'a' has the same alias" },
        { "{ 'Models': { 'a': { 'Aliases': [ 'B' ] } } }", "Models:a:Aliases:0", "B", "Another model has that name" },
        { "{ 'Models': { 'a': { 'Aliases': [ '' ] } } }", "Models:a:Aliases:0", "", "the name of a model" },
        { "{ 'Models': { 'a': { 'MemoryMB': 0 } } }", "Models:a:MemoryMB", "0", "1 or more" },
        { "{ 'Models': { 'a': { 'ContextLength': -4096 } } }", "Models:a:ContextLength", "-4096", "1 or more" },
        { "{ 'Models': { 'a': { 'Quality': 1.01 } } }", "Models:a:Quality", "1.01", "from 0 to 1" },
        { "{ 'Models': { 'a': { 'Quality': 'NaN' } } }", "Models:a:Quality", "NaN", "from 0 to 1" },
        { "{ 'Models': { 'a': { 'Speed': -0.1 } } }", "Models:a:Speed", "-0.1", "from 0 to 1" },
        { "{ 'Models': { 'a': { 'MaxTokens': 0 } } }", "Models:a:MaxTokens", "0", "1 or more" },
        { "{ 'Models': { 'a': { 'MaxTokens': 9000, 'ContextLength': 4096 } } }", "Models:a:MaxTokens", "9000", "ContextLength, which is 4096" },
        { "{ 'Models': { 'a': { 'Temperature': 2.5 } } }", "Models:a:Temperature", "2.5", "from 0 to 2" },
        { "{ 'Models': { 'a': { 'TopP': 0 } } }", "Models:a:TopP", "0", "above 0 and up to 1" },
        { "{ 'Models': { 'a': { 'MaxConcurrency': -1 } } }", "Models:a:MaxConcurrency", "-1", "from 1 to 10,000" },
        { "{ 'Models': { 'a': { 'Fallbacks': [ 'b', 'bbb' ] } } }", "Models:a:Fallbacks:1", "bbb", "Add it under Models" },
        { "{ 'Models': { 'a': { 'Fallbacks': [ 'be' ] } } }", "Models:a:Fallbacks:0", "be", "Did you mean" },
        { "{ 'Models': { 'a': { 'Fallbacks': [ 'A' ] } } }", "Models:a:Fallbacks:0", "A", "cannot stand in for itself" },
        { "{ 'Models': { 'b': { 'Fallbacks': [ 'bee' ] } } }", "Models:b:Fallbacks:0", "bee", "cannot stand in for itself" },
        { "{ 'Models': { 'a': { 'Fallbacks': [ 'bee' ] }, 'b': { 'Fallbacks': [ 'a' ] } } }", "Models:a:Fallbacks", "a -> b -> a", "leaving one of them out" },
        { "{ 'Models': { 'a': { 'Fallbacks': [ 'b' ] }, 'b': { 'Fallbacks': [ 'c' ] }, 'c': { 'Provider': 'local', 'Fallbacks': [ 'b' ] } } }", "Models:b:Fallbacks", "b -> c -> b", "in a circle" },
        { "{ 'Models': { 'a': { 'Tasks': { 'ToolSelection': { 'Quality': 1 } } } } }", "Models:a:Tasks:ToolSelection", "ToolSelection", "write 'tool_selection'" },
        { "{ 'Models': { 'a': { 'Tasks': { 'planning': { 'Speed': 2 } } } } }", "Models:a:Tasks:planning:Speed", "2", "from 0 to 1" },

        // Routing.
        { "{ 'Routing': { 'DefaultModel': 'mistral:7b' } }", "Routing:DefaultModel", "mistral:7b", "Add it under Models, or name one of: a, b, bee" },
        { "{ 'Routing': { 'AccuracyFloor': -0.1 } }", "Routing:AccuracyFloor", "-0.1", "from 0 to 1" },
        { "{ 'Routing': { 'AccuracyBoostAbove': 70 } }", "Routing:AccuracyBoostAbove", "70", "from 0 to 1" },
        { "{ 'Routing': { 'AccuracyFloor': 0.8 } }", "Routing:AccuracyFloor", "0.8", "AccuracyBoostAbove, which is 0.7" },
        { "{ 'Routing': { 'MinimumEvidence': 0 } }", "Routing:MinimumEvidence", "0", "above 0" },
        { "{ 'Routing': { 'PriorStrength': 'Infinity' } }", "Routing:PriorStrength", "Infinity", "above 0 and up to 1,000,000" },
        { "{ 'Routing': { 'MaxRoutes': 21 } }", "Routing:MaxRoutes", "21", "from 1 to 20" },
        { "{ 'Routing': { 'BatchConcurrency': 0 } }", "Routing:BatchConcurrency", "0", "from 1 to 1,000" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Variants': { 'a': 1, 'b': 0 } } ] } }", "Routing:Experiments:0:Variants", "2", "at least two variants with a weight above 0" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Variants': { 'a': 1, 'c': 1 } } ] } }", "Routing:Experiments:0:Variants:c:Model", "c", "Add it under Models" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Variants': { 'a': 1, 'b': 'lots' } } ] } }", "Routing:Experiments:0:Variants:b", "lots", "from 0 to 1,000,000" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Control': 'z', 'Variants': { 'a': 1, 'b': 1 } } ] } }", "Routing:Experiments:0:Control", "z", "Name one of: a, b" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Task': 'ToolSelection', 'Variants': { 'a': 1, 'b': 1 } } ] } }", "Routing:Experiments:0:Task", "ToolSelection", "write 'tool_selection'" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Variants': { 'a': 1, 'p': { 'Template': 'Answer!' } } } ] } }", "Routing:Experiments:0:Variants:p:Template", "Answer!", "{prompt}" },
        { "{ 'Routing': { 'Experiments': [ { 'Name': 'x', 'Variants': { 'a': 1, 'b': 1 } }, { 'Name': 'x', 'Variants': { 'a': 1, 'b': 1 } } ] } }", "Routing:Experiments:1:Name", "x", "Another experiment has this name" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Models': [ 'a' ] } }, 'Experiments': [ { 'Name': 'x', 'Task': 'planning', 'Variants': { 'a': 1, 'bee': 1 } } ] } }", "Routing:Experiments:0:Variants:bee:Model", "bee", "which stand above experiments" },
        { "{ 'Routing': { 'Shadow': { 'Model': 'q' } } }", "Routing:Shadow:Model", "q", "Add it under Models" },
        { "{ 'Routing': { 'Shadow': { 'Share': 2 } } }", "Routing:Shadow:Share", "2", "from 0 to 1" },
        { "{ 'Routing': { 'AccuracyFloor': 8 } }", "Routing:AccuracyFloor", "8", "from 0 to 1" },
        { "{ 'Routing': { 'Defaults': { 'MaxTokens': -5 } } }", "Routing:Defaults:MaxTokens", "-5", "1 or more" },
        { "{ 'Routing': { 'Tasks': { 'tool-selection': { 'Default': 'a' } } } }", "Routing:Tasks:tool-selection", "tool-selection", "write 'tool_selection'" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Models': [ 'q' ] } } } }", "Routing:Tasks:planning:Models:0", "q", "Add it under Models" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Default': 'q' } } } }", "Routing:Tasks:planning:Default", "q", "Add it under Models" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Models': [ 'a' ], 'Default': 'bee' } } } }", "Routing:Tasks:planning:Default", "bee", "not among the Models" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Default': 'a' } } }, 'Models': { 'a': { 'Tasks': { 'planning': { 'Suitable': false } } } } }", "Routing:Tasks:planning:Default", "a", "Suitable is false" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Models': [ 'a' ] } } }, 'Models': { 'a': { 'Tasks': { 'planning': { 'Suitable': false } } } } }", "Routing:Tasks:planning:Models:0", "a", "Suitable is false" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Weights': { 'Speed': 0 } } } } }", "Routing:Tasks:planning:Weights", "0", "at least one weight" },
        { "{ 'Routing': { 'Tasks': { 'planning': { 'Weights': { 'Speed': -1, 'Quality': 1 } } } } }", "Routing:Tasks:planning:Weights:Speed", "-1", "from 0" },
        { "{ 'Routing': { 'DefaultDataClass': 'local' } }", "Routing:DefaultDataClass", "local", "name one of: local-only, public" },
        { "{ 'Routing': { 'DataClasses': { 'public': { 'LocalOnly': true } } } }", "Routing:DataClasses:public", "missing", "Choose another name" },
        { "{ 'Routing': { 'DataClasses': { 'local-only': { 'LocalOnly': false } } } }", "Routing:DataClasses:local-only:LocalOnly", "false", "Choose another name" },
        { "{ 'Routing': { 'DataClasses': { 'pii': { 'Targets': [ 'stong' ] } } } }", "Routing:DataClasses:pii:Targets:0", "stong", "Did you mean 'strong'?" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'true', 'Target': 'local-only' } ] } }", "Routing:Rules:0:Effect", "Prefer", "Write Require" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'true', 'Target': 'public', 'Effect': 'Require' } ] } }", "Routing:Rules:0:Target", "public", "There is no such model" },
        { "{ 'Routing': { 'Rules': [ { 'Target': 'a' } ] } }", "Routing:Rules:0:When", "missing", "Write a condition" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'x == y', 'Target': '' } ] } }", "Routing:Rules:0:Target", "missing", "Name a model" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'x == y', 'Target': 'a' }, { 'When': 'nonsense', 'Target': 'a' } ] } }", "Routing:Rules:1:When", "nonsense", "There is no comparison" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'x == y', 'Target': 'stong' } ] } }", "Routing:Rules:0:Target", "stong", "Did you mean 'strong'?" },
        { "{ 'Routing': { 'Rules': [ { 'When': 'x == y', 'Target': 'a', 'Confidence': 9 } ] } }", "Routing:Rules:0:Confidence", "9", "from 0 to 1" },

        // Times, resilience, metrics, catalog.
        { "{ 'Timeouts': { 'Connect': '5' } }", "Timeouts:Connect", "5.00:00:00", "a bare number would mean days" },
        { "{ 'Timeouts': { 'Total': '00:00:00' } }", "Timeouts:Total", "00:00:00", "from 00:00:00.01 to 1.00:00:00" },
        { "{ 'Timeouts': { 'Load': '2.00:00:00' } }", "Timeouts:Load", "2.00:00:00", "to 1.00:00:00" },
        { "{ 'Timeouts': { 'Connect': '00:03:00' } }", "Timeouts:Connect", "00:03:00", "not be longer than FirstToken, which is 00:02:00" },
        { "{ 'Timeouts': { 'FirstToken': '00:11:00' } }", "Timeouts:FirstToken", "00:11:00", "lengthen Total" },
        { "{ 'Timeouts': { 'IdleMinimum': '00:01:00' } }", "Timeouts:IdleMinimum", "00:01:00", "not be longer than Idle" },
        { "{ 'Resilience': { 'Retry': { 'MaxRetries': 11 } } }", "Resilience:Retry:MaxRetries", "11", "from 0 to 10" },
        { "{ 'Resilience': { 'Retry': { 'Delay': '00:00:20' } } }", "Resilience:Retry:Delay", "00:00:20", "not be longer than MaxDelay" },
        { "{ 'Resilience': { 'Retry': { 'RetryAfterCap': '02:00:00' } } }", "Resilience:Retry:RetryAfterCap", "02:00:00", "to 01:00:00" },
        { "{ 'Resilience': { 'CircuitBreaker': { 'FailureRatio': 0 } } }", "Resilience:CircuitBreaker:FailureRatio", "0", "above 0 and up to 1" },
        { "{ 'Resilience': { 'CircuitBreaker': { 'MinimumThroughput': 1 } } }", "Resilience:CircuitBreaker:MinimumThroughput", "1", "2 or more" },
        { "{ 'Resilience': { 'CircuitBreaker': { 'SamplingDuration': '00:00:00.1' } } }", "Resilience:CircuitBreaker:SamplingDuration", "00:00:00.1", "from 00:00:00.5" },
        { "{ 'Resilience': { 'CircuitBreaker': { 'BreakDuration': '1.00:00:01' } } }", "Resilience:CircuitBreaker:BreakDuration", "1.00:00:01", "to 1.00:00:00" },
        { "{ 'Resilience': { 'Hedging': { 'Factor': 0.5 } } }", "Resilience:Hedging:Factor", "0.5", "from 1 to 100" },
        { "{ 'Resilience': { 'Hedging': { 'MinimumSamples': 0 } } }", "Resilience:Hedging:MinimumSamples", "0", "1 or more" },
        { "{ 'Resilience': { 'Hedging': { 'MaxShare': 1.5 } } }", "Resilience:Hedging:MaxShare", "1.5", "from 0 to 1" },
        { "{ 'Resilience': { 'Cooldown': { 'Initial': '00:05:00' } } }", "Resilience:Cooldown:Initial", "00:05:00", "not be longer than Maximum" },
        { "{ 'Metrics': { 'Store': 'Jsn' } }", "Metrics:Store", "Jsn", "Did you mean 'Json'?" },
        { "{ 'Metrics': { 'Retention': '00:59:00' } }", "Metrics:Retention", "00:59:00", "from 01:00:00" },
        { "{ 'Metrics': { 'FlushInterval': '00:00:00' } }", "Metrics:FlushInterval", "00:00:00", "from 00:00:00.01" },
        { "{ 'Metrics': { 'HalfLife': 0 } }", "Metrics:HalfLife", "0", "from 1" },
        { "{ 'Metrics': { 'FeedbackWindow': -1 } }", "Metrics:FeedbackWindow", "-1", "from 0 to 1,000,000" },
        { "{ 'Catalog': { 'RefreshInterval': '00:00:00.05' } }", "Catalog:RefreshInterval", "00:00:00.05", "from 00:00:00.1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_names_the_path_the_value_and_the_remedy(string json, string path, string value, string remedy)
    {
        var (errors, _) = ConfigurationHarness.Inspect(ConfigurationHarness.Base, json);

        var start = value == "missing" ? $"HybridLlm:{path} is missing. " : $"HybridLlm:{path} is '{value}'. ";
        var error = Assert.Single(errors, line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.Contains(remedy, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_reports_all_errors_at_once_sorted_and_each_once()
    {
        var (errors, _) = ConfigurationHarness.Inspect(
            ConfigurationHarness.Base,
            """
            {
              'Timeouts': { 'Total': 'soon' },
              'Routing': { 'MaxRoutes': 0, 'DefaultModel': 'q' },
              'Providers': { 'local': { 'MaxConcurrency': 'x', 'Threads': 'y', 'KeepAlive': 'z' } },
              'Models': { 'a': { 'Provider': 'w' } }
            }
            """);

        Assert.Equal(errors.Order(StringComparer.Ordinal), errors);
        Assert.Equal(
            ["Models:a:Provider", "Providers:local:KeepAlive", "Providers:local:MaxConcurrency", "Providers:local:Threads", "Routing:DefaultModel", "Routing:MaxRoutes", "Timeouts:Total"],
            errors.Select(line => line.Split(' ')[0]["HybridLlm:".Length..]));
    }

    [Fact]
    public void Validate_reports_a_metrics_path_that_is_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            var options = ConfigurationHarness.Read(ConfigurationHarness.Base);
            options.Metrics.Path = file;

            var (errors, _) = ConfigurationHarness.Validator().Inspect(options);

            Assert.Contains("path of a folder", Assert.Single(errors), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Validate_reports_nulls_set_by_code_instead_of_failing_on_them()
    {
        var options = new HybridLlmOptions { Timeouts = null!, Metrics = { Store = null! } };
        options.Models["a"] = null!;

        var (errors, _) = ConfigurationHarness.Validator().Inspect(options);

        Assert.Equal(
            ["HybridLlm:Metrics:Store is missing.", "HybridLlm:Models:a is missing.", "HybridLlm:Timeouts is missing."],
            errors.Select(line => line[..(line.IndexOf('.', StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public void Validate_fails_the_options_with_every_error()
    {
        var result = ConfigurationHarness.Validator().Validate(null, ConfigurationHarness.Read(ConfigurationHarness.Base, "{ 'Routing': { 'MaxRoutes': 0, 'AccuracyBoost': 2 } }"));

        Assert.True(result.Failed);
        Assert.Equal(2, result.Failures.Count());
    }
}
