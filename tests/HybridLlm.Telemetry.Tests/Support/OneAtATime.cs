// Whoever listens to HybridLlm's telemetry hears all clients of the process, as in an application; so there is one client at a time here.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
