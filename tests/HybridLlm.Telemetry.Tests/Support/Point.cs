namespace HybridLlm.Telemetry.Tests.Support;

/// <summary>What an instrument has come to for one set of attributes.</summary>
/// <param name="Instrument">The instrument's name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Tags">The attributes.</param>
/// <param name="Sum">The sum of what was recorded, or the present value of a gauge.</param>
/// <param name="Count">How often something was recorded; 1 for counters and gauges.</param>
internal sealed record Point(string Instrument, string Unit, IReadOnlyDictionary<string, object?> Tags, double Sum, long Count)
{
    public object? this[string tag] => Tags.GetValueOrDefault(tag);
}
