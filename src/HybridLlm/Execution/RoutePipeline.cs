using Polly;
using Polly.CircuitBreaker;

namespace HybridLlm.Execution;

/// <summary>The pipeline around the attempts of one route, and the state of its circuit breaker.</summary>
internal sealed class RoutePipeline
{
    private volatile ResiliencePipeline<bool> _pipeline = ResiliencePipeline<bool>.Empty;
    private volatile CircuitBreakerStateProvider? _circuit;

    public ResiliencePipeline<bool> Pipeline => _pipeline;

    public CircuitState CircuitState => _circuit?.CircuitState ?? CircuitState.Closed;

    public bool IsCircuitOpen => _circuit?.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>Takes another pipeline into use. Attempts that are inside the one before finish there.</summary>
    public void Replace(ResiliencePipeline<bool> pipeline, CircuitBreakerStateProvider circuit)
    {
        _pipeline = pipeline;
        _circuit = circuit;
    }
}
