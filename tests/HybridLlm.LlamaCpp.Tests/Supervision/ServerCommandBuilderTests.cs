using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

public sealed class ServerCommandBuilderTests
{
    private const string Key = "s3cret";

    [Fact]
    public void The_context_of_the_server_is_that_of_a_request_times_the_slots()
    {
        var arguments = Arguments(new() { ModelPath = "m.gguf", ContextSize = 4_096, ParallelSlots = 3 });
        Assert.Equal("12288", ValueOf(arguments, "--ctx-size"));
        Assert.Equal("3", ValueOf(arguments, "--parallel"));
    }

    [Fact]
    public void Slots_are_always_given_because_by_default_they_would_share_one_context()
    {
        Assert.Equal("1", ValueOf(Arguments(new() { ModelPath = "m.gguf" }), "--parallel"));
        Assert.Equal("6", ValueOf(Arguments(new() { ModelPath = "m.gguf", MaxConcurrency = 6 }), "--parallel"));
        Assert.Equal("2", ValueOf(Arguments(new() { ModelPath = "m.gguf", MaxConcurrency = 6, ParallelSlots = 2 }), "--parallel"));
        Assert.Equal("256", ValueOf(Arguments(new() { ModelPath = "m.gguf", MaxConcurrency = 10_000 }), "--parallel"));
    }

    [Fact]
    public void What_is_not_configured_is_left_to_the_server()
    {
        var arguments = Arguments(new() { ModelPath = "m.gguf" });
        Assert.DoesNotContain("--ctx-size", arguments);
        Assert.DoesNotContain("--threads", arguments);
        Assert.DoesNotContain("--n-gpu-layers", arguments);
        Assert.DoesNotContain("--embeddings", arguments);
    }

    [Fact]
    public void Options_become_arguments()
    {
        var arguments = Arguments(new() { ModelPath = "m.gguf", Threads = 8, GpuLayers = 0, PromptCacheMB = 0, Embeddings = true, ContextSize = 512 });
        Assert.Equal("8", ValueOf(arguments, "--threads"));
        Assert.Equal("0", ValueOf(arguments, "--n-gpu-layers"));
        Assert.Equal("0", ValueOf(arguments, "--cache-ram"));
        Assert.Equal("512", ValueOf(arguments, "--ubatch-size"));
        Assert.Contains("--embeddings", arguments);
        Assert.Equal("/models/m.gguf", ValueOf(arguments, "--model"));
        Assert.Equal("m", ValueOf(arguments, "--alias"));
    }

    [Fact]
    public void The_server_is_kept_from_the_network_unless_told_otherwise()
    {
        Assert.Contains("--offline", Arguments(new() { ModelPath = "m.gguf" }));
        Assert.DoesNotContain("--offline", Arguments(new() { ModelPath = "m.gguf", Offline = false }));
        Assert.Equal("127.0.0.1", ValueOf(Arguments(new() { ModelPath = "m.gguf" }), "--host"));
    }

    [Fact]
    public void Extra_arguments_override_options_but_not_the_address()
    {
        var arguments = Arguments(new() { ModelPath = "m.gguf", Threads = 8, ExtraArguments = { "--threads", "2" } });
        Assert.True(arguments.IndexOf("--threads") < arguments.LastIndexOf("--threads"));
        Assert.True(arguments.LastIndexOf("--threads") < arguments.IndexOf("--host"));
        Assert.Equal(["--host", "127.0.0.1", "--port", "4711"], arguments[^4..]);
    }

    [Fact]
    public void The_key_stands_in_the_environment_only()
    {
        var command = Builder(new() { ModelPath = "m.gguf" }).Build(4711);
        Assert.DoesNotContain(command.Arguments, a => a.Contains(Key, StringComparison.Ordinal));
        Assert.Equal(Key, command.Environment["LLAMA_API_KEY"]);
    }

    [Fact]
    public void An_unknown_argument_is_dropped_once_with_its_value()
    {
        var builder = Builder(new() { ModelPath = "m.gguf" });
        Assert.True(builder.TryDrop("--cache-ram"));
        Assert.False(builder.TryDrop("--cache-ram"));
        Assert.False(builder.TryDrop("--model"));
        var arguments = builder.Build(1).Arguments;
        Assert.DoesNotContain("--cache-ram", arguments);
        Assert.DoesNotContain("512", arguments);
    }

    [Fact]
    public void The_environment_is_inherited_but_for_what_configures_another_server()
    {
        var environment = ServerEnvironment.Create(
            new Dictionary<string, string>
            {
                ["PATH"] = "/bin",
                ["LLAMA_ARG_PORT"] = "8080",
                ["LLAMA_LOG_FILE"] = "/log",
                ["LLAMA_SERVER_ROUTER_PORT"] = "9",
                ["LLAMA_API_KEY"] = "theirs",
                ["CUDA_VISIBLE_DEVICES"] = "0,1",
                ["HTTP_PROXY"] = "proxy",
            },
            new Dictionary<string, string> { ["LLAMA_ARG_FLASH_ATTN"] = "on", ["CUDA_VISIBLE_DEVICES"] = "1", ["HTTP_PROXY"] = "" },
            Key);

        Assert.Equal(
            new Dictionary<string, string> { ["PATH"] = "/bin", ["CUDA_VISIBLE_DEVICES"] = "1", ["LLAMA_ARG_FLASH_ATTN"] = "on", ["LLAMA_API_KEY"] = Key },
            environment);
    }

    private static ServerCommandBuilder Builder(LlamaCppOptions options) => new("/bin/llama-server", "/models/m.gguf", Key, options);

    private static List<string> Arguments(LlamaCppOptions options) => [.. Builder(options).Build(4711).Arguments];

    private static string ValueOf(List<string> arguments, string name) => arguments[arguments.IndexOf(name) + 1];
}
