using System.Text.Json;
using HybridLlm.LlamaCpp.Wire;
using HybridLlm.Testing;

namespace HybridLlm.LlamaCpp.Tests.Wire;

public sealed class RouterModelsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakeRouter _api = new();
    private readonly RouterModels _models;

    public RouterModelsTests() => _models = new("router", _api, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loading_waits_until_the_model_is_loaded()
    {
        _api.Status = """{"value":"loading"}""";
        var load = _models.LoadAsync("m", Cancellation);
        for (var i = 0; i < 3; i++)
        {
            await _time.WaitForTimersAsync(1, Cancellation);
            Assert.False(load.IsCompleted);
            _time.AdvanceToNextTimer();
        }

        _api.Status = """{"value":"loaded"}""";
        await _time.WaitForTimersAsync(1, Cancellation);
        _time.AdvanceToNextTimer();
        await load.WaitAsync(Cancellation);
        Assert.Equal("models/load m", Assert.Single(_api.Orders));
    }

    [Fact]
    public async Task A_model_that_is_loaded_already_is_fine()
    {
        _api.Refusal = (400, "Provider 'router' answered with status 400: model is already running");
        _api.Status = """{"value":"loaded"}""";
        await _models.LoadAsync("alias-of-m", Cancellation);
    }

    [Fact]
    public async Task A_model_that_does_not_load_is_told_with_its_exit_code()
    {
        _api.Status = """{"value":"unloaded","failed":true,"exit_code":1}""";
        var failure = await Assert.ThrowsAsync<ProviderException>(() => _models.LoadAsync("m", Cancellation));
        Assert.Equal((ProviderErrorKind.ServerError, "m"), (failure.Kind, failure.ModelId));
        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_an_earlier_attempt_does_not_count_while_the_model_loads_again()
    {
        _api.Status = """{"value":"loading","failed":true,"exit_code":1}""";
        var load = _models.LoadAsync("m", Cancellation);
        await _time.WaitForTimersAsync(1, Cancellation);
        _api.Status = """{"value":"loaded"}""";
        _time.AdvanceToNextTimer();
        await load.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        _api.Refusal = (404, "File Not Found");
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => _models.LoadAsync("m", Cancellation))).Kind);
        _api.Refusal = null;
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => _models.LoadAsync("nope", Cancellation))).Kind);
    }

    [Fact]
    public async Task Unloading_waits_until_the_memory_is_free_and_does_nothing_where_it_is()
    {
        _api.Status = """{"value":"loaded"}""";
        var unload = _models.UnloadAsync("m", Cancellation);
        await _time.WaitForTimersAsync(1, Cancellation);
        Assert.False(unload.IsCompleted);
        _api.Status = """{"value":"unloaded","exit_code":0}""";
        _time.AdvanceToNextTimer();
        await unload.WaitAsync(Cancellation);

        _api.Refusal = (400, "model is not running");
        await _models.UnloadAsync("m", Cancellation);
    }

    [Fact]
    public async Task Other_failures_are_passed_on()
    {
        _api.Refusal = (500, "model limit reached, try again later");
        Assert.Equal("model limit reached, try again later", (await Assert.ThrowsAsync<ProviderException>(() => _models.LoadAsync("m", Cancellation))).Message);
    }

    private sealed class FakeRouter : IServerApi
    {
        public string Status { get; set; } = """{"value":"unloaded"}""";

        public (int Status, string Message)? Refusal { get; set; }

        public List<string> Orders { get; } = [];

        public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken)
        {
            Assert.Equal("models", path);
            return Task.FromResult(JsonDocument.Parse($$$"""{"data":[{"id":"other","status":{"value":"loaded"}},{"id":"m","aliases":["alias-of-m"],"status":{{{Status}}}}]}"""));
        }

        public Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> writeBody, CancellationToken cancellationToken)
        {
            if (Refusal is var (status, message))
            {
                throw new ProviderException(ProviderErrorKind.InvalidRequest, message) { StatusCode = status };
            }

            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writeBody(writer);
            }

            using var body = JsonDocument.Parse(stream.ToArray());
            Orders.Add($"{path} {body.RootElement.GetProperty("model").GetString()}");
            return Task.FromResult(JsonDocument.Parse("""{"success":true}"""));
        }
    }
}
