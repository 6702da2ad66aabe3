using System.Globalization;

namespace HybridLlm.Execution;

/// <summary>Says what a new request would wait for before a model begins with it: that the model is loaded, and that others are done, here and at the server.</summary>
internal static class RouteWait
{
    /// <summary>How much of a model a common disk gives in a second, in megabytes.</summary>
    private const double MegabytesPerSecond = 500;

    /// <summary>How long a model takes to load of which nobody says how large it is.</summary>
    private static readonly TimeSpan UnknownLoad = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    /// <summary>Gets the availability of a route that can be called.</summary>
    public static RouteAvailability Of(RouteRuntime route, ConcurrencyGate? gate)
    {
        var turns = Math.Max(Math.Max(route.Provider.Gate.Turns, gate?.Turns ?? 0), route.Provider.Load is { Waiting: > 0 } load ? TurnsOf(load) : 0);
        var state = route.State;
        if (turns == 0 && state is (ModelState.Unknown or ModelState.Resident))
        {
            return default;
        }

        var loading = state is ModelState.NotLoaded or ModelState.Loading ? route.LoadTime.Usual ?? LoadOf(route.MemoryMB) : TimeSpan.Zero;
        return new(RouteState.Ready, null, WordsOf(loading, turns))
        {
            Load = loading,
            Turns = turns,
        };
    }

    // The server lets in a waiting request for each that it ends, whoever sent it.
    private static double TurnsOf(ProviderLoad load) => (double)load.Waiting / Math.Max(1, load.Running);

    private static TimeSpan LoadOf(int? megabytes) => megabytes is { } size ? Start + TimeSpan.FromSeconds(size / MegabytesPerSecond) : UnknownLoad;

    private static string WordsOf(TimeSpan load, double turns)
    {
        var loading = string.Create(CultureInfo.InvariantCulture, $"has to be loaded, about {load.TotalSeconds:0.#} s");
        var queue = string.Create(CultureInfo.InvariantCulture, $"busy, about {turns:0.##} answers ahead");
        return turns == 0 ? loading : load == TimeSpan.Zero ? queue : $"{loading}; {queue}";
    }
}
