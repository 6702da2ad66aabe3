using HybridLlm.Configuration.Binding;

namespace HybridLlm.Configuration.Validation;

/// <summary>
/// Checks that times fit each other. Only a time that somebody set is an error: a default that does not fit under a smaller limit is simply cut short by it.
/// </summary>
internal static class TimeChecks
{
    public static void Run(CheckContext context)
    {
        var options = context.Options;
        var usual = new TimeoutOptions();
        CheckBudgets(context.Errors.At(nameof(HybridLlmOptions.Timeouts)), options.Timeouts, usual);
        foreach (var (name, provider) in options.Providers)
        {
            if (provider.Timeouts is { } own)
            {
                // What the provider leaves open is the general budget, which is checked in its own place.
                CheckBudgets(context.Errors.At(nameof(HybridLlmOptions.Providers), name, nameof(ProviderOptions.Timeouts)), own.Over(options.Timeouts), options.Timeouts);
            }
        }

        var retry = options.Resilience.Retry;
        context.Errors.At(nameof(HybridLlmOptions.Resilience), nameof(ResilienceOptions.Retry))
            .CheckOrder((nameof(RetryOptions.Delay), retry.Delay, new RetryOptions().Delay), (nameof(RetryOptions.MaxDelay), retry.MaxDelay));
        var cooldown = options.Resilience.Cooldown;
        context.Errors.At(nameof(HybridLlmOptions.Resilience), nameof(ResilienceOptions.Cooldown))
            .CheckOrder((nameof(CooldownOptions.Initial), cooldown.Initial, new CooldownOptions().Initial), (nameof(CooldownOptions.Maximum), cooldown.Maximum));
    }

    private static void CheckBudgets(ConfigurationErrors errors, TimeoutOptions budgets, TimeoutOptions usual)
    {
        errors.CheckOrder((nameof(TimeoutOptions.Connect), budgets.Connect, usual.Connect), (nameof(TimeoutOptions.FirstToken), budgets.FirstToken));
        errors.CheckOrder((nameof(TimeoutOptions.FirstToken), budgets.FirstToken, usual.FirstToken), (nameof(TimeoutOptions.Total), budgets.Total));
        errors.CheckOrder((nameof(TimeoutOptions.Idle), budgets.Idle, usual.Idle), (nameof(TimeoutOptions.Total), budgets.Total));
        errors.CheckOrder((nameof(TimeoutOptions.IdleMinimum), budgets.IdleMinimum, usual.IdleMinimum), (nameof(TimeoutOptions.Idle), budgets.Idle));
    }

    private static void CheckOrder(this ConfigurationErrors errors, (string Key, TimeSpan Value, TimeSpan Default) smaller, (string Key, TimeSpan Value) larger)
    {
        if (smaller.Value > larger.Value && smaller.Value != smaller.Default && !errors.Has(smaller.Key))
        {
            errors.Add(smaller.Key, smaller.Value, $"It must not be longer than {larger.Key}, which is {ValueRule.Show(larger.Value)}. Shorten it, or lengthen {larger.Key}.");
        }
    }
}
