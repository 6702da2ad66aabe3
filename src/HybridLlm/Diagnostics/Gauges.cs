using System.Diagnostics.Metrics;
using HybridLlm.Execution;
using HybridLlm.Runtime;
using Polly.CircuitBreaker;

namespace HybridLlm.Diagnostics;

/// <summary>The instruments that say how things are at present. They are read when somebody asks, from what is known already.</summary>
internal sealed class Gauges
{
    private readonly SnapshotManager _snapshots;

    private Gauges(SnapshotManager snapshots) => _snapshots = snapshots;

    /// <summary>Adds the instruments to a meter.</summary>
    public static void AddTo(Meter meter, SnapshotManager snapshots)
    {
        var gauges = new Gauges(snapshots);
        meter.CreateObservableUpDownCounter("hybridllm.queue.depth", gauges.Waiting, "{call}", "Calls that wait for a place at their provider or model.");
        meter.CreateObservableUpDownCounter("hybridllm.calls.active", gauges.Active, "{call}", "Calls that are under way at a provider.");
        meter.CreateObservableGauge("hybridllm.circuit.state", gauges.Circuits, "{state}", "The circuit of a route: 0 closed, 1 half open, 2 open.");
        meter.CreateObservableGauge("hybridllm.route.available", gauges.Available, "{route}", "Whether a route takes requests: 1 or 0.");
        meter.CreateObservableGauge("hybridllm.model.resident", gauges.Resident, "{model}", "Whether a model is in its backend's memory: 1 or 0; nothing where nobody knows.");
    }

    private IEnumerable<Measurement<long>> Waiting()
    {
        foreach (var provider in _snapshots.Providers())
        {
            yield return new(provider.Gate.Waiting, OfProvider(provider));
        }

        foreach (var (model, route) in Routes())
        {
            if (route.Gate is { } gate)
            {
                yield return new(gate.Waiting, OfModel(model));
            }
        }
    }

    private IEnumerable<Measurement<long>> Active() => _snapshots.Providers().Select(provider => new Measurement<long>(provider.Gate.Inside, OfProvider(provider)));

    private IEnumerable<Measurement<long>> Circuits() => Routes().Select(static at => new Measurement<long>(
        at.Route.Circuit switch { CircuitState.Closed => 0, CircuitState.HalfOpen => 1, _ => 2 }, OfModel(at.Model)));

    private IEnumerable<Measurement<long>> Available() => Routes().Select(static at => new Measurement<long>(
        at.Route.GetAvailability().State == RouteState.Ready ? 1 : 0, OfModel(at.Model)));

    private IEnumerable<Measurement<long>> Resident() =>
        Routes().Where(static at => at.Route.State != ModelState.Unknown)
            .Select(static at => new Measurement<long>(at.Route.State == ModelState.Resident ? 1 : 0, OfModel(at.Model)));

    private IEnumerable<(ModelProfile Model, RouteRuntime Route)> Routes()
    {
        var snapshot = _snapshots.Current;
        return snapshot.Catalog.Models.Select(model => (model, snapshot.Routes.Find(model)));
    }

    private static KeyValuePair<string, object?>[] OfProvider(ProviderRuntime provider) => [new(Names.Provider, provider.Name)];

    private static KeyValuePair<string, object?>[] OfModel(ModelProfile model) => [new(Names.Provider, model.Provider), new(Names.Model, model.Name)];
}
