using Polly;
using Polly.CircuitBreaker;

namespace HybridLlm.Execution;

/// <summary>The pipeline around the attempts of one route, and the state of its circuit breaker.</summary>
internal sealed class RoutePipeline
{
    private volatile CircuitBreakerStateProvider? _circuit;

    public ResiliencePipeline Pipeline { get; set; } = ResiliencePipeline.Empty;

    public CircuitBreakerStateProvider? Circuit
    {
        set => _circuit = value;
    }

    public CircuitState CircuitState => _circuit?.CircuitState ?? CircuitState.Closed;

    public bool IsCircuitOpen => _circuit?.CircuitState is CircuitState.Open or CircuitState.Isolated;
}
