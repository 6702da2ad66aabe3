namespace HybridLlm.Testing;

/// <summary>
/// The faults of a simulator, to be changed at any time. Of the rules that fit a request the first one that is not used up wins;
/// a request gets one fault at most.
/// </summary>
/// <remarks>All members are safe to use while requests come in. A request that is being answered keeps the fault it got.</remarks>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];

    /// <summary>Gets the rules, in the order in which they are tried.</summary>
    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules];
            }
        }
    }

    /// <summary>Adds a rule behind the others.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The rule, to look at its hits or to remove it.</returns>
    public FaultRule Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (_gate)
        {
            _rules.Add(rule);
        }

        return rule;
    }

    /// <summary>Applies a fault to every request from now on.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="target">Which kind of requests it is for.</param>
    /// <returns>The rule.</returns>
    public FaultRule Always(Fault fault, FaultTarget target = FaultTarget.Generation) => Add(new FaultRule(fault) { Target = target });

    /// <summary>Applies a fault to the next requests, then no more.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="times">How many requests.</param>
    /// <param name="target">Which kind of requests it is for.</param>
    /// <returns>The rule.</returns>
    public FaultRule Next(Fault fault, int times = 1, FaultTarget target = FaultTarget.Generation) =>
        Add(new FaultRule(fault) { Times = times, Target = target });

    /// <summary>Applies a fault to every k-th request: a backend that flaps.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="k">2 for every second request, and so on.</param>
    /// <param name="target">Which kind of requests it is for.</param>
    /// <returns>The rule.</returns>
    public FaultRule EveryNth(Fault fault, int k, FaultTarget target = FaultTarget.Generation) =>
        Add(new FaultRule(fault) { EveryNth = k, Target = target });

    /// <summary>Applies a fault to every request that meets a condition, of whatever kind it is.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>The rule.</returns>
    public FaultRule When(Func<RecordedRequest, bool> condition, Fault fault) =>
        Add(new FaultRule(fault) { When = condition, Target = FaultTarget.Everything });

    /// <summary>Makes the backend wedged: it listens, its lists and its health look good, but nobody ever gets a token, or even a header.</summary>
    /// <returns>The rule.</returns>
    public FaultRule Wedge() => Always(Fault.Hang());

    /// <summary>Removes a rule.</summary>
    /// <param name="rule">The rule, as <see cref="Add"/> returned it.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(FaultRule rule)
    {
        lock (_gate)
        {
            return _rules.RemoveAll(known => ReferenceEquals(known, rule)) > 0;
        }
    }

    /// <summary>Removes all rules: the backend is healthy again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    internal Fault? ForRequest(RecordedRequest request)
    {
        lock (_gate)
        {
            return _rules.Find(rule => !rule.Fault.OnConnect && Fits(rule, request) && rule.Take())?.Fault;
        }
    }

    internal Fault? ForConnection()
    {
        lock (_gate)
        {
            return _rules.Find(static rule => rule.Fault.OnConnect && rule.Take())?.Fault;
        }
    }

    private static bool Fits(FaultRule rule, RecordedRequest request) =>
        (rule.Target == FaultTarget.Everything || rule.Target == FaultTarget.Generation == request.IsGeneration)
        && rule.When?.Invoke(request) != false;
}
