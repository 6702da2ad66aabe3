using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>Answers in place of the network.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
}

internal static class StubHandlerExtensions
{
    internal static void AddHandler(this IServiceCollection services, Func<HttpRequestMessage, HttpResponseMessage> answer) =>
        services.AddHttpClient("HybridLlm:" + Backend.Name).ConfigurePrimaryHttpMessageHandler(() => new StubHandler(answer));
}
