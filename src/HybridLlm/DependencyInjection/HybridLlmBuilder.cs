using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.DependencyInjection;

internal sealed record HybridLlmBuilder(IServiceCollection Services) : IHybridLlmBuilder;
