using HybridLlm.Ollama.Models;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.Ollama.Tests;

/// <summary>Lists of models: installed, loaded, and what each can do.</summary>
public sealed class ModelListTests
{
    private const LlmFeatures Answers = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Logprobs;

    [Theory]
    [InlineData("171-", Answers | LlmFeatures.Tools)]
    [InlineData("172-", Answers | LlmFeatures.Tools | LlmFeatures.Reasoning)]
    [InlineData("173-", Answers | LlmFeatures.Tools)]
    [InlineData("174-", Answers | LlmFeatures.Reasoning)]
    [InlineData("175-", Answers)]
    [InlineData("176-", LlmFeatures.Embeddings)]
    [InlineData("a03-", Answers)]
    public async Task Surprise_19_what_a_model_can_do_is_asked_of_show_and_not_of_the_list(string show, LlmFeatures features)
    {
        await using var server = Server("170-", "007-", show);
        await using var backend = new Backend(server.Endpoint);
        var models = await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(models);
        Assert.All(models, model => Assert.Equal(features, model.Features));
    }

    [Fact]
    public async Task A_model_is_described_whole()
    {
        await using var server = Server("170-", "233-", "172-");
        await using var backend = new Backend(server.Endpoint);
        var models = await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken);
        var think = models.Single(model => model.Id == "think:latest");

        Assert.Equal(["think"], think.Aliases);
        Assert.Equal(("llama", 525952L, "Q8_0", "cc0-1.0"), (think.Family, think.ParameterCount, think.Quantization, think.License));
        Assert.Matches("^[0-9a-f]{64}$", think.Version);
        Assert.Equal((ModelState.NotLoaded, 2048), (think.State, think.ContextLength));
        Assert.True(think.SizeBytes > 0);
        Assert.Equal(ModelState.Resident, models.Single(model => model.Id == "fast:latest").State);
        Assert.Equal(1024, models.Single(model => model.Id == "fast:latest").ContextLength);
    }

    [Fact]
    public async Task The_details_of_a_model_are_asked_for_again_only_when_its_digest_changes()
    {
        var tags = Tags("one");
        await using var server = new TranscriptServer(connection => AnswerAsync(connection, path => path switch
        {
            "/api/tags" => WireText.Json(tags),
            "/api/ps" => WireText.Json("""{"models":[]}"""),
            _ => WireText.Json("""{"capabilities":["completion"],"parameters":"num_ctx                        2048\nstop \"x\""}"""),
        }));
        await using var backend = new Backend(server.Endpoint);

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(("one", 2048), (await ListOneAsync(backend)).Select(model => (model.Version, model.ContextLength)).Single());
        }

        tags = Tags("two");
        Assert.Equal("two", (await ListOneAsync(backend)).Single().Version);
        Assert.Equal(2, server.Requests.Count(request => request.RequestLine.Contains("/api/show", StringComparison.Ordinal)));

        static string Tags(string digest) => $$"""{"models":[{"name":"a:7b","digest":"{{digest}}"}]}""";
    }

    [Theory]
    [InlineData(null, null, null, 4096)] // nothing is known: the least that a server gives
    [InlineData(8192, null, null, 8192)] // the options
    [InlineData(8192, null, 4096, 8192)] // the options hold even where another application loaded it otherwise
    [InlineData(1_000_000, null, null, 32768)] // never more than it was trained with
    [InlineData(null, 2048, null, 2048)] // the model's own settings
    [InlineData(null, 2048, 16384, 16384)] // what it is loaded with
    public async Task The_context_is_what_a_request_will_find(int? configured, int? parameter, int? loaded, int expected)
    {
        await using var server = new TranscriptServer(connection => AnswerAsync(connection, path => path switch
        {
            "/api/tags" => WireText.Json("""{"models":[{"name":"a:7b","digest":"d"}]}"""),
            "/api/ps" => WireText.Json(loaded is null ? """{"models":[]}""" : $$"""{"models":[{"name":"a:7b","context_length":{{loaded}}}]}"""),
            _ => WireText.Json($$$"""{"capabilities":["completion"],"parameters":"{{{(parameter is null ? "" : $"num_ctx {parameter}")}}}","model_info":{"general.architecture":"qwen2","qwen2.context_length":32768}}"""),
        }));
        await using var backend = new Backend(server.Endpoint, options => options.ContextLength = configured);

        Assert.Equal(expected, (await ListOneAsync(backend)).Single().ContextLength);
    }

    [Fact]
    public async Task A_context_that_was_seen_is_remembered_when_the_model_is_gone_from_memory()
    {
        var loaded = """{"models":[{"name":"a:7b","context_length":16384}]}""";
        await using var server = new TranscriptServer(connection => AnswerAsync(connection, path => path switch
        {
            "/api/tags" => WireText.Json("""{"models":[{"name":"a:7b","digest":"d"}]}"""),
            "/api/ps" => WireText.Json(loaded),
            _ => WireText.Json("""{"capabilities":["completion"]}"""),
        }));
        await using var backend = new Backend(server.Endpoint);
        await ListOneAsync(backend);
        loaded = """{"models":[]}""";

        var model = (await ListOneAsync(backend)).Single();
        Assert.Equal((ModelState.NotLoaded, 16384), (model.State, model.ContextLength));
    }

    [Fact]
    public async Task A_model_whose_weights_are_gone_is_left_out_and_a_damaged_one_is_not()
    {
        var gone = Transcripts.Response("ollama", "845-");
        var damaged = Transcripts.Response("ollama", "178-");
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                if (request.RequestLine.Contains("/api/show", StringComparison.Ordinal))
                {
                    await connection.SendAsync(request.Text.Contains("gone", StringComparison.Ordinal) ? gone : damaged);
                }
                else
                {
                    await connection.SendAsync(WireText.Json(request.RequestLine.Contains("/api/ps", StringComparison.Ordinal)
                        ? """{"models":[]}"""
                        : """{"models":[{"name":"gone:1b","digest":"g"},{"name":"damaged:1b","digest":"d","details":{"family":"llama","quantization_level":"F16"}}]}"""));
                }
            }
        });
        await using var backend = new Backend(server.Endpoint);
        var model = Assert.Single(await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("damaged:1b", "llama", "F16", null), (model.Id, model.Family, model.Quantization, model.Features));
    }

    [Theory]
    [InlineData(false, "local:1b")]
    [InlineData(true, "local:1b,x:cloud,y:latest,z:latest")]
    public async Task Models_in_the_cloud_are_listed_only_if_that_is_allowed(bool allowed, string expected)
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await connection.SendAsync(WireText.Json(
                    request.RequestLine.Contains("/api/ps", StringComparison.Ordinal) ? """{"models":[]}"""
                    : request.RequestLine.Contains("/api/tags", StringComparison.Ordinal) ? """{"models":[{"name":"local:1b"},{"name":"x:cloud"},{"name":"y:latest","remote_host":"https://ollama.com:443"},{"name":"z:latest"}]}"""
                    : request.Text.Contains("\"z:", StringComparison.Ordinal) ? """{"remote_model":"z","capabilities":["completion"]}"""
                    : """{"capabilities":["completion"]}"""));
            }
        });
        await using var backend = new Backend(server.Endpoint, options => options.CloudModels = allowed);

        Assert.Equal(expected, string.Join(',', (await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken)).Select(model => model.Id)));
    }

    [Theory]
    [InlineData("233-", "fast:latest", 1024, false)]
    [InlineData("235-", "fast:latest", 1024, true)]
    public async Task Loaded_models_tell_their_memory_their_context_and_their_end(string transcript, string name, int context, bool forEver)
    {
        await using var backend = Backend.Replaying(transcript);
        var model = Assert.Single(await backend.Provider.GetLoadedModelsAsync(TestContext.Current.CancellationToken));

        Assert.Equal((name, context, forEver), (model.Name, model.ContextLength, model.ExpiresAt!.Value.Year > 2100));
        Assert.InRange(model.SizeBytes, 1, long.MaxValue);
        Assert.Equal(0, model.VramBytes);
    }

    [Fact]
    public async Task Surprise_29_memory_that_a_CPU_calls_its_GPUs_is_passed_on()
    {
        var server = TranscriptServer.Replaying(WireText.Json("""{"models":[{"name":"fast:latest","size":5515507,"size_vram":660602,"expires_at":"soon","context_length":-1}]}"""));
        await using var backend = new Backend(server.Endpoint, null, server);

        Assert.Equal(new OllamaLoadedModel("fast:latest", null, 5515507, 660602, null, null), Assert.Single(await backend.Provider.GetLoadedModelsAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("820-")] // its runner is dead
    [InlineData("157-")] // it is deleted
    public async Task Surprise_28_what_is_still_listed_as_loaded_counts_as_loaded(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var loaded = await backend.Provider.GetLoadedModelsAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(loaded);
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync(loaded[0].Name.ToUpperInvariant(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"models":5}""")]
    [InlineData("not json")]
    public async Task Something_else_than_a_list_is_an_invalid_response(string body)
    {
        var server = TranscriptServer.Replaying(WireText.Json(body));
        await using var backend = new Backend(server.Endpoint, null, server);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken));

        Assert.Equal((ProviderErrorKind.InvalidResponse, Backend.Name), (failure.Kind, failure.Provider));
        Assert.Equal(ModelState.Unknown, await backend.Provider.GetModelStateAsync("m", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("005-")]
    [InlineData("007-")]
    public async Task No_models_are_an_empty_list(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Empty(await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("003-", ProviderHealthStatus.Healthy)]
    [InlineData("a01-", ProviderHealthStatus.Healthy)]
    [InlineData("001-", ProviderHealthStatus.Unhealthy)]
    [InlineData("010-", ProviderHealthStatus.Unhealthy)]
    public async Task A_server_that_tells_its_version_is_healthy(string transcript, ProviderHealthStatus status)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(status, (await backend.Provider.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
    }

    [Theory]
    [InlineData("llama3.2", "llama3.2:latest", true)]
    [InlineData("Llama3.2:LATEST", "llama3.2", true)]
    [InlineData("registry.ollama.ai/library/fast:latest", "fast", true)]
    [InlineData("team/helper", "helper", false)]
    [InlineData("localhost:5000/team/helper", "localhost:5000/team/helper:latest", true)]
    [InlineData("a:7b", "a", false)]
    public void Names_are_compared_as_Ollama_does(string one, string other, bool same) => Assert.Equal(same, ModelName.AreSame(one, other));

    private static async Task<IReadOnlyList<ProviderModel>> ListOneAsync(Backend backend) => await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken);

    private static TranscriptServer Server(string tags, string ps, string show)
    {
        byte[][] answers = [Transcripts.Response("ollama", tags), Transcripts.Response("ollama", ps), Transcripts.Response("ollama", show)];
        return new(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await connection.SendAsync(answers[request.RequestLine.Contains("/api/tags", StringComparison.Ordinal) ? 0 : request.RequestLine.Contains("/api/ps", StringComparison.Ordinal) ? 1 : 2]);
            }
        });
    }

    private static async Task AnswerAsync(TranscriptConnection connection, Func<string, string> answer)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            await connection.SendAsync(answer(request.RequestLine.Split(' ')[1]));
        }
    }
}
