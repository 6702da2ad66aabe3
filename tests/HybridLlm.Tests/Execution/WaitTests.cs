using System.Diagnostics;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Execution;

/// <summary>What passes before a model begins: that it is loaded, and that others have had their turn.</summary>
public sealed class WaitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_model_is_expected_to_take_as_long_to_load_as_it_took_before()
    {
        await using var routes = new TwoRoutes(static options =>
        {
            options.Timeouts.FirstToken = options.Timeouts.Load = TimeSpan.FromMinutes(5);
            options.Timeouts.Total = TimeSpan.FromMinutes(10);
            options.Catalog.RefreshInterval = TimeSpan.FromSeconds(1);
        });
        var loaded = new TaskCompletionSource();
        routes.A.Models = [new() { Id = "a", State = ModelState.NotLoaded }];
        routes.A.OnStream = call => Updates.After(loaded.Task, call, "alpha");
        await UntilAsync(routes, "a", "has to be loaded, about 10 s");

        var answer = routes.Client.GenerateAsync(new("hi") { Model = "a" }, TwoRoutes.Token);
        for (var waiting = Stopwatch.StartNew(); routes.A.Requests.Count == 0; await TwoRoutes.Settle())
        {
            Assert.True(waiting.Elapsed < Patience, "The call does not come.");
        }

        routes.Time.Advance(TimeSpan.FromSeconds(7));
        loaded.SetResult();
        await answer;

        routes.A.Models = [new() { Id = "a", State = ModelState.Resident }];
        await UntilAsync(routes, "a", null);
        routes.A.Models = [new() { Id = "a", State = ModelState.NotLoaded }];
        await UntilAsync(routes, "a", "has to be loaded, about 7 s");
    }

    [Fact]
    public async Task What_waits_at_the_server_is_ahead_of_a_request_whoever_sent_it()
    {
        var busy = new BusyProvider { Load = new(Running: 4, Waiting: 6) };
        await using var routes = new TwoRoutes(
            static options => options.Models["c"] = new() { Provider = "pc", Quality = 1 }, build: builder => builder.AddProvider("pc", _ => busy));

        await UntilAsync(routes, "c", "busy, about 1.5 answers ahead");

        busy.Load = new(Running: 4, Waiting: 0);
        await UntilAsync(routes, "c", null);
    }

    [Fact]
    public async Task A_server_that_no_longer_tells_its_queue_is_not_taken_to_have_one()
    {
        var busy = new BusyProvider { Load = new(Running: 1, Waiting: 9) };
        await using var routes = new TwoRoutes(
            static options => options.Models["c"] = new() { Provider = "pc", Quality = 1 }, build: builder => builder.AddProvider("pc", _ => busy));
        await UntilAsync(routes, "c", "busy, about 9 answers ahead");

        busy.Load = null;

        await UntilAsync(routes, "c", null);
    }

    /// <summary>Moves the clock on until a plan says of a route what it is to say.</summary>
    private static async Task UntilAsync(TwoRoutes routes, string model, string? note)
    {
        for (var waiting = Stopwatch.StartNew(); await NoteAsync() != note; await TwoRoutes.Settle())
        {
            Assert.True(waiting.Elapsed < Patience, $"The plan says '{await NoteAsync()}' of {model}, not '{note}'.");
            routes.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        async Task<string?> NoteAsync() => (await routes.Client.PlanAsync(new("hi", "general"), TwoRoutes.Token)).Routes.Single(route => route.Model.Name == model).Note;
    }

    private sealed class BusyProvider : ILlmProvider, IProviderLoadSource, IDisposable
    {
        private readonly ScriptedProvider _inner = new("pc", "gamma");

        /// <summary>Gets or sets what the server tells; <see langword="null"/> for one that fails when it is asked.</summary>
        public ProviderLoad? Load { get; set; }

        public string Name => _inner.Name;

        public ProviderCapabilities Capabilities => _inner.Capabilities;

        public IChatClient GetChatClient(string modelId) => _inner.GetChatClient(modelId);

        public Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default) => _inner.ListModelsAsync(cancellationToken);

        public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => _inner.CheckHealthAsync(cancellationToken);

        public Task<ProviderLoad?> GetLoadAsync(CancellationToken cancellationToken = default) =>
            Load is { } load ? Task.FromResult<ProviderLoad?>(load) : throw new ProviderException(ProviderErrorKind.Unavailable, "gone");

        public void Dispose() => _inner.Dispose();
    }
}
