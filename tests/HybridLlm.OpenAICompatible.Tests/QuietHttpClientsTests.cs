using System.Collections.Concurrent;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Four lines for every request and every health check are too many, unless somebody asks for them.</summary>
public sealed class QuietHttpClientsTests : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _categories = new();

    [Fact]
    public async Task The_http_client_of_a_provider_logs_nothing_of_its_own_and_those_of_others_do()
    {
        await using var backend = Answering();
        backend.Services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(static () => Stub());

        await backend.AskAsync();
        Assert.Empty(_categories);

        using var other = backend.Built.GetRequiredService<IHttpClientFactory>().CreateClient("other");
        using var answer = await other.GetAsync(new Uri("http://127.0.0.1:1"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(_categories);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_application_that_asks_for_the_lines_gets_them_whichever_it_says_first(bool asksFirst)
    {
        await using var backend = Answering(asksFirst);
        if (!asksFirst)
        {
            Ask(backend.Services);
        }

        await backend.AskAsync();

        Assert.All(_categories, category => Assert.StartsWith("System.Net.Http.HttpClient.HybridLlm:" + Backend.Name, category, StringComparison.Ordinal));
        Assert.NotEmpty(_categories);
    }

    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, _categories);

    public void Dispose()
    {
    }

    private static void Ask(IServiceCollection services) => services.AddHttpClient("HybridLlm:" + Backend.Name).AddDefaultLogger();

    private static StubHandler Stub() => new(_ => new(System.Net.HttpStatusCode.OK)
    {
        Content = new StringContent("""{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
    });

    private Backend Answering(bool asksFirst = false)
    {
        var services = new ServiceCollection();
        if (asksFirst)
        {
            Ask(services);
        }

        var backend = new Backend("http://127.0.0.1:1", services: services);
        backend.Services.AddLogging(logging => logging.AddProvider(this));
        backend.Services.AddHttpClient("HybridLlm:" + Backend.Name).ConfigurePrimaryHttpMessageHandler(static () => Stub());
        return backend;
    }

    private sealed class Sink(string category, ConcurrentQueue<string> categories) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (category.StartsWith("System.Net.Http", StringComparison.Ordinal))
            {
                categories.Enqueue(category);
            }
        }
    }
}
