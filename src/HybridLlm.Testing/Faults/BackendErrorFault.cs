namespace HybridLlm.Testing.Faults;

/// <summary>Answers with an error as the backend words it.</summary>
internal sealed class BackendErrorFault(BackendError error, TimeSpan? retryAfter) : Fault
{
    public override string ToString() => $"{nameof(Error)} {error}";

    internal override async Task<bool> InterceptAsync(Exchange exchange)
    {
        var answer = exchange.Backend.ErrorAnswer(error) with { Extra = StatusFault.RetryAfter(retryAfter) };
        await exchange.SendAsync(answer).ConfigureAwait(false);
        return true;
    }
}
