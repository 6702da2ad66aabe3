namespace HybridLlm.Configuration.Binding;

/// <summary>Every option there is: the one place that says which keys exist and what may be written for them.</summary>
internal static class OptionTables
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    private static readonly ValueRule Share = ValueRule.Number(0, 1, 0.5);
    private static readonly ValueRule ShareAboveZero = ValueRule.Number(0, 1, 0.5, aboveMinimum: true);
    private static readonly ValueRule Temperature = ValueRule.Number(0, 2, 0.7);
    private static readonly ValueRule Tokens = ValueRule.Integer(1, int.MaxValue, 512);
    private static readonly ValueRule Concurrency = ValueRule.Integer(1, 10_000, 4);
    private static readonly ValueRule Weight = ValueRule.Number(0, 1_000_000, 0.4);
    private static readonly ValueRule Price = ValueRule.Number(0, 1_000_000, 2.5);
    private static readonly ValueRule Calls = ValueRule.Number(0, 1_000_000, 5, aboveMinimum: true);
    private static readonly ValueRule ModelName = ValueRule.Text("the name of a model", "qwen2.5-7b");
    private static readonly ValueRule ConnectTime = ValueRule.Duration(Shortest, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
    private static readonly ValueRule LoadTime = ValueRule.Duration(Shortest, Day, TimeSpan.FromMinutes(5));
    private static readonly ValueRule WaitTime = ValueRule.Duration(Shortest, Day, TimeSpan.FromSeconds(30));
    private static readonly ValueRule RetryTime = ValueRule.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(500));
    private static readonly ValueRule BreakTime = ValueRule.Duration(TimeSpan.FromMilliseconds(500), Day, TimeSpan.FromSeconds(15));
    private static readonly ValueRule UpToAnHour = ValueRule.Duration(TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromSeconds(2));
    private static readonly ValueRule UpToADay = ValueRule.Duration(TimeSpan.Zero, Day, TimeSpan.FromSeconds(30));

    private static readonly OptionTable<TimeoutOverrides> TimeoutOverrides = new OptionTable<TimeoutOverrides>()
        .Value(nameof(HybridLlm.TimeoutOverrides.Connect), o => o.Connect, ConnectTime)
        .Value(nameof(HybridLlm.TimeoutOverrides.Load), o => o.Load, LoadTime)
        .Value(nameof(HybridLlm.TimeoutOverrides.FirstToken), o => o.FirstToken, WaitTime)
        .Value(nameof(HybridLlm.TimeoutOverrides.Idle), o => o.Idle, WaitTime)
        .Value(nameof(HybridLlm.TimeoutOverrides.IdleMinimum), o => o.IdleMinimum, WaitTime);

    private static readonly OptionTable<ModelTaskOptions> ModelTask = new OptionTable<ModelTaskOptions>()
        .Value(nameof(ModelTaskOptions.Suitable), o => o.Suitable, ValueRule.Flag)
        .Value(nameof(ModelTaskOptions.Quality), o => o.Quality, Share)
        .Value(nameof(ModelTaskOptions.Speed), o => o.Speed, Share)
        .Value(nameof(ModelTaskOptions.Temperature), o => o.Temperature, Temperature)
        .Value(nameof(ModelTaskOptions.TopP), o => o.TopP, ShareAboveZero)
        .Value(nameof(ModelTaskOptions.MaxTokens), o => o.MaxTokens, Tokens);

    private static readonly OptionTable<ModelOptions> Model = new OptionTable<ModelOptions>()
        .Value(nameof(ModelOptions.Provider), o => o.Provider, ValueRule.Text("the name of a provider", "ollama"))
        .Value(nameof(ModelOptions.ModelId), o => o.ModelId, ValueRule.Text("the provider's own id of the model", "qwen2.5:7b"))
        .Values(nameof(ModelOptions.Aliases), o => o.Aliases, ModelName)
        .Values(nameof(ModelOptions.Tags), o => o.Tags, ValueRule.Text("a word", "strong"))
        .Value(nameof(ModelOptions.Family), o => o.Family, ValueRule.Text("the family", "qwen"))
        .Value(nameof(ModelOptions.Quantization), o => o.Quantization, ValueRule.Text("the quantization", "Q4_K_M"))
        .Value(nameof(ModelOptions.License), o => o.License, ValueRule.AnyText)
        .Value(nameof(ModelOptions.MemoryMB), o => o.MemoryMB, ValueRule.Integer(1, int.MaxValue, 4000))
        .Value(nameof(ModelOptions.ContextLength), o => o.ContextLength, ValueRule.Integer(1, int.MaxValue, 8192))
        .Value(nameof(ModelOptions.Quality), o => o.Quality, Share)
        .Value(nameof(ModelOptions.Speed), o => o.Speed, Share)
        .Value(nameof(ModelOptions.InputPrice), o => o.InputPrice, Price)
        .Value(nameof(ModelOptions.OutputPrice), o => o.OutputPrice, Price)
        .Value(nameof(ModelOptions.MaxTokens), o => o.MaxTokens, Tokens)
        .Value(nameof(ModelOptions.Temperature), o => o.Temperature, Temperature)
        .Value(nameof(ModelOptions.TopP), o => o.TopP, ShareAboveZero)
        .Value(nameof(ModelOptions.MaxConcurrency), o => o.MaxConcurrency, Concurrency)
        .Value(nameof(ModelOptions.SupportsStreaming), o => o.SupportsStreaming, ValueRule.Flag)
        .Value(nameof(ModelOptions.SupportsTools), o => o.SupportsTools, ValueRule.Flag)
        .Value(nameof(ModelOptions.SupportsJsonSchema), o => o.SupportsJsonSchema, ValueRule.Flag)
        .Value(nameof(ModelOptions.SupportsVision), o => o.SupportsVision, ValueRule.Flag)
        .Values(nameof(ModelOptions.Fallbacks), o => o.Fallbacks, ModelName)
        .Map(nameof(ModelOptions.Tasks), o => o.Tasks, ModelTask);

    private static readonly OptionTable<ScoreWeights> Weights = new OptionTable<ScoreWeights>()
        .Value(nameof(ScoreWeights.Quality), o => o.Quality, Weight)
        .Value(nameof(ScoreWeights.Success), o => o.Success, Weight)
        .Value(nameof(ScoreWeights.Speed), o => o.Speed, Weight)
        .Value(nameof(ScoreWeights.TokensPerSecond), o => o.TokensPerSecond, Weight)
        .Value(nameof(ScoreWeights.Cost), o => o.Cost, Weight)
        .Value(nameof(ScoreWeights.Memory), o => o.Memory, Weight);

    private static readonly OptionTable<TaskRoutingOptions> TaskRouting = new OptionTable<TaskRoutingOptions>()
        .Values(nameof(TaskRoutingOptions.Models), o => o.Models, ModelName)
        .Value(nameof(TaskRoutingOptions.Default), o => o.Default, ModelName)
        .Section(nameof(TaskRoutingOptions.Weights), o => o.Weights, Weights, isRequired: false)
        .Value(nameof(TaskRoutingOptions.EscalationThreshold), o => o.EscalationThreshold, Share);

    private static readonly OptionTable<RuleOptions> Rule = new OptionTable<RuleOptions>()
        .Value(nameof(RuleOptions.When), o => o.When, ValueRule.AnyText)
        .Value(nameof(RuleOptions.Target), o => o.Target, ValueRule.AnyText)
        .Value(nameof(RuleOptions.Effect), o => o.Effect, ValueRule.Choice<RuleEffect>())
        .Value(nameof(RuleOptions.Confidence), o => o.Confidence, Share)
        .Value(nameof(RuleOptions.Priority), o => o.Priority, ValueRule.Integer(int.MinValue, int.MaxValue, 10))
        .Value(nameof(RuleOptions.Description), o => o.Description, ValueRule.AnyText);

    private static readonly OptionTable<DataClassOptions> DataClass = new OptionTable<DataClassOptions>()
        .Value(nameof(DataClassOptions.LocalOnly), o => o.LocalOnly, ValueRule.Flag)
        .Values(nameof(DataClassOptions.Targets), o => o.Targets, ValueRule.Text("the name of a model, an alias, a provider or a tag", "ollama"));

    private static readonly OptionTable<GenerationDefaults> Generation = new OptionTable<GenerationDefaults>()
        .Value(nameof(GenerationDefaults.Temperature), o => o.Temperature, Temperature)
        .Value(nameof(GenerationDefaults.TopP), o => o.TopP, ShareAboveZero)
        .Value(nameof(GenerationDefaults.MaxTokens), o => o.MaxTokens, Tokens);

    private static readonly OptionTable<LearningOptions> Learning = new OptionTable<LearningOptions>()
        .Value(nameof(LearningOptions.HalfLife), o => o.HalfLife, ValueRule.Number(1, 1_000_000, 200))
        .Value(nameof(LearningOptions.PriorMass), o => o.PriorMass, Calls)
        .Value(nameof(LearningOptions.DriftThreshold), o => o.DriftThreshold, ValueRule.Number(0, 1_000_000, 8))
        .Value(nameof(LearningOptions.Seed), o => o.Seed, ValueRule.Integer(int.MinValue, int.MaxValue, 1))
        .Value(nameof(LearningOptions.SwitchMargin), o => o.SwitchMargin, ValueRule.Number(0, 10, 0.1))
        .Value(nameof(LearningOptions.Conversations), o => o.Conversations, ValueRule.Integer(0, 10_000_000, 10_000))
        .Section(nameof(LearningOptions.PerPrompt), o => o.PerPrompt, new OptionTable<PerPromptOptions>()
            .Value(nameof(PerPromptOptions.Enabled), o => o.Enabled, ValueRule.Flag)
            .Value(nameof(PerPromptOptions.MaxModels), o => o.MaxModels, ValueRule.Integer(1, 10_000, 64)));

    private static readonly OptionTable<VariantOptions> Variant = new OptionTable<VariantOptions>()
        .Value(nameof(VariantOptions.Weight), o => o.Weight, Weight)
        .Value(nameof(VariantOptions.Model), o => o.Model, ModelName)
        .Value(nameof(VariantOptions.SystemPrompt), o => o.SystemPrompt, ValueRule.AnyText)
        .Value(nameof(VariantOptions.Template), o => o.Template, ValueRule.AnyText)
        .Value(nameof(VariantOptions.Temperature), o => o.Temperature, Temperature)
        .Value(nameof(VariantOptions.TopP), o => o.TopP, ShareAboveZero)
        .Value(nameof(VariantOptions.MaxTokens), o => o.MaxTokens, Tokens);

    private static readonly OptionTable<ExperimentOptions> Experiment = new OptionTable<ExperimentOptions>()
        .Value(nameof(ExperimentOptions.Name), o => o.Name, ValueRule.Text("a name of its own", "gemma-vs-phi"), isRequired: true)
        .Value(nameof(ExperimentOptions.Task), o => o.Task, ValueRule.Text("a task type", TaskTypes.StructuredOutput))
        .Value(nameof(ExperimentOptions.Key), o => o.Key, ValueRule.Text("a key of the request's metadata", "user"), isRequired: true)
        .Value(nameof(ExperimentOptions.Share), o => o.Share, ShareAboveZero)
        .Value(nameof(ExperimentOptions.Control), o => o.Control, ValueRule.Text("the name of a variant", "gemma-3-1b-it"))
        .Value(nameof(ExperimentOptions.Metric), o => o.Metric, ValueRule.Choice<ExperimentMetric>())
        .Value(nameof(ExperimentOptions.Alpha), o => o.Alpha, ValueRule.Number(0, 0.5, 0.05, aboveMinimum: true))
        .Value(nameof(ExperimentOptions.LatencyTolerance), o => o.LatencyTolerance, ValueRule.Number(1, 100, 1.5))
        .Map(nameof(ExperimentOptions.Variants), o => o.Variants, Variant, expand: VariantNames.Expand);

    private static readonly OptionTable<ShadowOptions> Shadow = new OptionTable<ShadowOptions>()
        .Value(nameof(ShadowOptions.Model), o => o.Model, ModelName)
        .Value(nameof(ShadowOptions.Task), o => o.Task, ValueRule.Text("a task type", TaskTypes.StructuredOutput))
        .Value(nameof(ShadowOptions.Share), o => o.Share, Share)
        .Value(nameof(ShadowOptions.MaxConcurrency), o => o.MaxConcurrency, ValueRule.Integer(1, 100, 1))
        .Value(nameof(ShadowOptions.QueueLimit), o => o.QueueLimit, ValueRule.Integer(1, 10_000, 16))
        .Value(nameof(ShadowOptions.Timeout), o => o.Timeout, WaitTime)
        .Value(nameof(ShadowOptions.AllowMetered), o => o.AllowMetered, ValueRule.Flag);

    private static readonly OptionTable<RoutingOptions> Routing = new OptionTable<RoutingOptions>()
        .Value(nameof(RoutingOptions.DefaultModel), o => o.DefaultModel, ModelName)
        .Value(nameof(RoutingOptions.AccuracyFloor), o => o.AccuracyFloor, Share)
        .Value(nameof(RoutingOptions.AccuracyBoostAbove), o => o.AccuracyBoostAbove, Share)
        .Value(nameof(RoutingOptions.AccuracyBoost), o => o.AccuracyBoost, Share)
        .Value(nameof(RoutingOptions.MinimumEvidence), o => o.MinimumEvidence, Calls)
        .Value(nameof(RoutingOptions.PriorStrength), o => o.PriorStrength, Calls)
        .Value(nameof(RoutingOptions.Exploration), o => o.Exploration, Share)
        .Section(nameof(RoutingOptions.Learning), o => o.Learning, Learning)
        .Value(nameof(RoutingOptions.MaxRoutes), o => o.MaxRoutes, ValueRule.Integer(1, 20, 5))
        .Value(nameof(RoutingOptions.BatchConcurrency), o => o.BatchConcurrency, ValueRule.Integer(1, 1000, 8))
        .Value(nameof(RoutingOptions.EscalationThreshold), o => o.EscalationThreshold, Share)
        .Section(nameof(RoutingOptions.Escalation), o => o.Escalation, new OptionTable<EscalationOptions>()
            .Value(nameof(EscalationOptions.MaxEscalations), o => o.MaxEscalations, ValueRule.Integer(1, 5, 1))
            .Value(nameof(EscalationOptions.Budget), o => o.Budget, WaitTime)
            .Value(nameof(EscalationOptions.HoldBackTokens), o => o.HoldBackTokens, ValueRule.Integer(0, 1000, 32))
            .Value(nameof(EscalationOptions.AutoTune), o => o.AutoTune, ValueRule.Flag))
        .Section(nameof(RoutingOptions.Defaults), o => o.Defaults, Generation)
        .Map(nameof(RoutingOptions.Tasks), o => o.Tasks, TaskRouting)
        .Map(nameof(RoutingOptions.DataClasses), o => o.DataClasses, DataClass)
        .Value(nameof(RoutingOptions.DefaultDataClass), o => o.DefaultDataClass, ValueRule.Text("the name of a data class", DataClasses.LocalOnly))
        .List(nameof(RoutingOptions.Rules), o => o.Rules, Rule)
        .List(nameof(RoutingOptions.Experiments), o => o.Experiments, Experiment)
        .Section(nameof(RoutingOptions.Shadow), o => o.Shadow, Shadow);

    private static readonly OptionTable<TimeoutOptions> Timeouts = new OptionTable<TimeoutOptions>()
        .Value(nameof(TimeoutOptions.Connect), o => o.Connect, ConnectTime)
        .Value(nameof(TimeoutOptions.Load), o => o.Load, LoadTime)
        .Value(nameof(TimeoutOptions.FirstToken), o => o.FirstToken, WaitTime)
        .Value(nameof(TimeoutOptions.Idle), o => o.Idle, WaitTime)
        .Value(nameof(TimeoutOptions.IdleMinimum), o => o.IdleMinimum, WaitTime)
        .Value(nameof(TimeoutOptions.Total), o => o.Total, WaitTime);

    private static readonly OptionTable<ResilienceOptions> Resilience = new OptionTable<ResilienceOptions>()
        .Section(nameof(ResilienceOptions.Retry), o => o.Retry, new OptionTable<RetryOptions>()
            .Value(nameof(RetryOptions.MaxRetries), o => o.MaxRetries, ValueRule.Integer(0, 10, 2))
            .Value(nameof(RetryOptions.Delay), o => o.Delay, RetryTime)
            .Value(nameof(RetryOptions.MaxDelay), o => o.MaxDelay, RetryTime)
            .Value(nameof(RetryOptions.RetryAfterCap), o => o.RetryAfterCap, UpToAnHour))
        .Section(nameof(ResilienceOptions.CircuitBreaker), o => o.CircuitBreaker, new OptionTable<CircuitBreakerOptions>()
            .Value(nameof(CircuitBreakerOptions.FailureRatio), o => o.FailureRatio, ShareAboveZero)
            .Value(nameof(CircuitBreakerOptions.MinimumThroughput), o => o.MinimumThroughput, ValueRule.Integer(2, int.MaxValue, 5))
            .Value(nameof(CircuitBreakerOptions.SamplingDuration), o => o.SamplingDuration, BreakTime)
            .Value(nameof(CircuitBreakerOptions.BreakDuration), o => o.BreakDuration, BreakTime))
        .Section(nameof(ResilienceOptions.Hedging), o => o.Hedging, new OptionTable<HedgingOptions>()
            .Value(nameof(HedgingOptions.Enabled), o => o.Enabled, ValueRule.Flag)
            .Value(nameof(HedgingOptions.Factor), o => o.Factor, ValueRule.Number(1, 100, 3))
            .Value(nameof(HedgingOptions.MinimumDelay), o => o.MinimumDelay, UpToAnHour)
            .Value(nameof(HedgingOptions.MinimumSamples), o => o.MinimumSamples, ValueRule.Integer(1, int.MaxValue, 3))
            .Value(nameof(HedgingOptions.MaxShare), o => o.MaxShare, Share))
        .Section(nameof(ResilienceOptions.Cooldown), o => o.Cooldown, new OptionTable<CooldownOptions>()
            .Value(nameof(CooldownOptions.Initial), o => o.Initial, UpToAnHour)
            .Value(nameof(CooldownOptions.Maximum), o => o.Maximum, UpToADay)
            .Value(nameof(CooldownOptions.Probe), o => o.Probe, ValueRule.Flag))
        .Value(nameof(ResilienceOptions.ProbeIdleAfter), o => o.ProbeIdleAfter, UpToADay);

    private static readonly OptionTable<MetricsOptions> Metrics = new OptionTable<MetricsOptions>()
        .Value(nameof(MetricsOptions.Store), o => o.Store, ValueRule.Text("the name of a store", "Json"), isRequired: true)
        .Value(nameof(MetricsOptions.Path), o => o.Path, ValueRule.Text("the path of a folder", "data/metrics"))
        .Value(nameof(MetricsOptions.Retention), o => o.Retention, ValueRule.Duration(TimeSpan.FromHours(1), TimeSpan.FromDays(36_500), TimeSpan.FromDays(90)))
        .Value(nameof(MetricsOptions.FlushInterval), o => o.FlushInterval, ValueRule.Duration(Shortest, TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)))
        .Value(nameof(MetricsOptions.HalfLife), o => o.HalfLife, ValueRule.Number(1, 1_000_000, 50))
        .Value(nameof(MetricsOptions.FeedbackWindow), o => o.FeedbackWindow, ValueRule.Integer(0, 1_000_000, 10_000))
        .Section(nameof(MetricsOptions.Neo4j), o => o.Neo4j, new OptionTable<Neo4jMetricsOptions>()
            .Value(nameof(Neo4jMetricsOptions.Uri), o => o.Uri, ValueRule.Text("the address of the server", "http://localhost:7474"), isRequired: true)
            .Value(nameof(Neo4jMetricsOptions.Database), o => o.Database, ValueRule.Text("the name of a database", "neo4j"), isRequired: true)
            .Value(nameof(Neo4jMetricsOptions.User), o => o.User, ValueRule.Text("the name of a user", "neo4j"), isRequired: true)
            .Value(nameof(Neo4jMetricsOptions.Password), o => o.Password, ValueRule.AnyText)
            .Value(nameof(Neo4jMetricsOptions.Timeout), o => o.Timeout, ValueRule.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)))
            .Value(nameof(Neo4jMetricsOptions.MaxConcurrency), o => o.MaxConcurrency, ValueRule.Integer(1, 8, 2))
            .Value(nameof(Neo4jMetricsOptions.SpoolPath), o => o.SpoolPath, ValueRule.Text("the path of a folder", "data/neo4j-spool"))
            .Value(nameof(Neo4jMetricsOptions.SpoolMB), o => o.SpoolMB, ValueRule.Integer(1, 1_000_000, 256))
            .Value(nameof(Neo4jMetricsOptions.ShareInterval), o => o.ShareInterval, ValueRule.Duration(TimeSpan.FromSeconds(1), Day, TimeSpan.FromMinutes(1))));

    private static readonly OptionTable<CatalogOptions> Catalog = new OptionTable<CatalogOptions>()
        .Value(nameof(CatalogOptions.Discovery), o => o.Discovery, ValueRule.Choice<ModelDiscovery>())
        .Value(nameof(CatalogOptions.RefreshInterval), o => o.RefreshInterval, ValueRule.Duration(TimeSpan.FromMilliseconds(100), Day, TimeSpan.FromSeconds(15)));

    private static readonly OptionTable<TelemetryOptions> Telemetry = new OptionTable<TelemetryOptions>()
        .Value(nameof(TelemetryOptions.ClientSpans), o => o.ClientSpans, ValueRule.Choice<ClientSpanMode>())
        .Value(nameof(TelemetryOptions.CaptureContent), o => o.CaptureContent, ValueRule.Flag);

    /// <summary>Gets what every provider has in common.</summary>
    public static OptionTable<ProviderOptions> Provider { get; } = new OptionTable<ProviderOptions> { HasFurtherKeys = true }
        .Value(nameof(ProviderOptions.Type), o => o.Type, ValueRule.Text("the type of the backend", "LlamaCpp"))
        .Value(nameof(ProviderOptions.Enabled), o => o.Enabled, ValueRule.Flag)
        .Value(nameof(ProviderOptions.Endpoint), o => o.Endpoint, ValueRule.AnyText)
        .Values(nameof(ProviderOptions.Endpoints), o => o.Endpoints, ValueRule.Text("the address of a server", "http://gpu-1:8000"))
        .Value(nameof(ProviderOptions.ApiKey), o => o.ApiKey, ValueRule.AnyText)
        .Value(nameof(ProviderOptions.MaxConcurrency), o => o.MaxConcurrency, Concurrency)
        .Value(nameof(ProviderOptions.QueueLimit), o => o.QueueLimit, ValueRule.Integer(0, 100_000, 100))
        .Value(nameof(ProviderOptions.QueueTimeout), o => o.QueueTimeout, UpToADay)
        .Value(nameof(ProviderOptions.ProbeIdleAfter), o => o.ProbeIdleAfter, UpToADay)
        .Section(nameof(ProviderOptions.Timeouts), o => o.Timeouts, TimeoutOverrides, isRequired: false);

    /// <summary>Gets the whole section.</summary>
    public static OptionTable<HybridLlmOptions> Root { get; } = new OptionTable<HybridLlmOptions>()
        .Map(nameof(HybridLlmOptions.Providers), o => o.Providers, Provider)
        .Map(nameof(HybridLlmOptions.Models), o => o.Models, Model, colonsInNames: true)
        .Section(nameof(HybridLlmOptions.Routing), o => o.Routing, Routing)
        .Section(nameof(HybridLlmOptions.Timeouts), o => o.Timeouts, Timeouts)
        .Section(nameof(HybridLlmOptions.Resilience), o => o.Resilience, Resilience)
        .Section(nameof(HybridLlmOptions.Metrics), o => o.Metrics, Metrics)
        .Section(nameof(HybridLlmOptions.Catalog), o => o.Catalog, Catalog)
        .Section(nameof(HybridLlmOptions.Telemetry), o => o.Telemetry, Telemetry)
        .Unused("Prompts")
        .Unused("Cache")
        .Unused("Resources");
}
