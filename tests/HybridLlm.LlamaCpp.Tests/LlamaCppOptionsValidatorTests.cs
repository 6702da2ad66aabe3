using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Tests.Doubles;

namespace HybridLlm.LlamaCpp.Tests;

public sealed class LlamaCppOptionsValidatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_that_is_there_is_enough() => Assert.Empty(Validate(new() { ModelPath = _folder.Add("m.gguf") }));

    [Fact]
    public void An_endpoint_alone_is_enough() => Assert.Empty(Validate(new() { Endpoint = "http://localhost:8080" }));

    [Fact]
    public void A_model_that_is_missing_is_an_error_that_names_the_path_and_the_remedy()
    {
        var error = Assert.Single(Validate(new() { ModelPath = "models/m.gguf" }));
        Assert.Equal(("ModelPath", "models/m.gguf"), (error.Key, error.Value));
        Assert.Contains(Path.Combine(_folder.Path, "models", "m.gguf"), error.Remedy, StringComparison.Ordinal);
        Assert.Contains("correct ModelPath", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_and_endpoint_exclude_each_other() =>
        Assert.Equal("Endpoint", Assert.Single(Validate(new() { ModelPath = _folder.Add("m.gguf"), Endpoint = "http://localhost:8080" })).Key);

    [Theory]
    [InlineData("--port")]
    [InlineData("--api-key=x")]
    [InlineData("-m")]
    [InlineData("--host")]
    public void Arguments_that_the_provider_owns_are_refused(string argument)
    {
        var options = new LlamaCppOptions { ModelPath = _folder.Add("m.gguf"), ExtraArguments = { "--mmproj", "x", argument } };
        Assert.Equal(("ExtraArguments", argument), Assert.Single(Validate(options)) is var e ? (e.Key, (string?)e.Value) : default);
    }

    [Fact]
    public void Numbers_out_of_range_are_all_told()
    {
        var errors = Validate(new() { ContextSize = 0, ParallelSlots = 257, Threads = -1, GpuLayers = -1, PromptCacheMB = -1 });
        Assert.Equal(["ContextSize", "ParallelSlots", "Threads", "GpuLayers", "PromptCacheMB"], errors.Select(e => e.Key));
        Assert.All(errors, e => Assert.StartsWith("Write a number from ", e.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public void Blank_texts_and_an_alias_that_would_be_two_are_errors()
    {
        var options = new LlamaCppOptions { ModelPath = _folder.Add("m.gguf"), ServerPath = " ", ModelAlias = "a,b" };
        Assert.Equal(["ServerPath", "ModelAlias"], Validate(options).Select(e => e.Key));
        Assert.Equal(["ModelPath"], Validate(new() { ModelPath = "" }).Select(e => e.Key));
    }

    private List<(string Key, object? Value, string Remedy)> Validate(LlamaCppOptions options)
    {
        var errors = new CollectedErrors();
        new LlamaCppOptionsValidator(new FileLocator(_folder.Path)).Validate(options, errors);
        return errors.Errors;
    }
}
