using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Tests.Doubles;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

public sealed class FilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_relative_path_is_looked_for_below_the_content_root_and_the_current_directory()
    {
        var model = _folder.Add("models/m.gguf");
        var locator = new FileLocator(_folder.Path);
        Assert.Equal(model, locator.FindFile("models/m.gguf", out _));
        Assert.Null(locator.FindFile("models/other.gguf", out var looked));
        Assert.Equal([Path.Combine(_folder.Path, "models", "other.gguf"), Path.Combine(Directory.GetCurrentDirectory(), "models", "other.gguf")], looked);
    }

    [Fact]
    public void An_absolute_path_is_taken_as_it_is()
    {
        var model = _folder.Add("m.gguf");
        Assert.Equal(model, new FileLocator(null).FindFile(model, out _));
        Assert.Null(new FileLocator(_folder.Path).FindFile(model + "x", out var looked));
        Assert.Equal([model + "x"], looked);
    }

    [Fact]
    public void A_bare_name_is_looked_for_on_the_path_only()
    {
        _folder.Add("hybridllm-no-such-server", executable: true);
        Assert.Null(new FileLocator(_folder.Path).FindExecutable("hybridllm-no-such-server", out var looked));
        Assert.NotEmpty(looked);
        Assert.DoesNotContain(_folder.Path, looked);

        var shell = new FileLocator(null).FindExecutable(OperatingSystem.IsWindows() ? "cmd" : "sh", out _);
        Assert.True(File.Exists(shell));
    }

    [Fact]
    public void A_missing_server_is_told_with_the_way_to_install_it()
    {
        var options = new LlamaCppOptions { ModelPath = _folder.Add("m.gguf"), ServerPath = Path.Combine(_folder.Path, "bin", "llama-server") };
        var failure = Assert.Throws<ProviderException>(() => ServerFiles.Find("local", options, "key", new FileLocator(null)));
        Assert.Equal((ProviderErrorKind.Unavailable, "local"), (failure.Kind, failure.Provider));
        Assert.Contains(options.ServerPath, failure.Message, StringComparison.Ordinal);
        Assert.Contains("install", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_is_told_with_the_path_that_was_looked_at()
    {
        var options = new LlamaCppOptions { ModelPath = Path.Combine(_folder.Path, "m.gguf"), ServerPath = _folder.Add("llama-server", executable: true) };
        var failure = Assert.Throws<ProviderException>(() => ServerFiles.Find("local", options, "key", new FileLocator(null)));
        Assert.Contains(options.ModelPath, failure.Message, StringComparison.Ordinal);
        Assert.Contains("GGUF", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_alias_is_the_name_of_the_file_unless_one_is_given()
    {
        Assert.Equal("mistral-7b-q4", new LlamaCppOptions { ModelPath = "models/mistral-7b-q4.gguf" }.Alias);
        Assert.Equal("mistral", new LlamaCppOptions { ModelPath = "models/mistral-7b-q4.gguf", ModelAlias = "mistral" }.Alias);
    }
}
