using System.Globalization;
using System.Text;

namespace HybridLlm.Testing.Faults;

/// <summary>Answers with a status and a body of the test's own.</summary>
internal sealed class StatusFault(int status, string? body, TimeSpan? retryAfter, string? contentType) : Fault
{
    public override string ToString() => $"{nameof(Status)} {status}";

    internal override async Task<bool> InterceptAsync(Exchange exchange)
    {
        var answer = exchange.Backend.ErrorAnswer(BackendError.Internal) with { Status = status, Extra = RetryAfter(retryAfter) };
        if (body is not null)
        {
            answer = answer with { Body = Encoding.UTF8.GetBytes(body) };
        }

        await exchange.SendAsync(contentType is null ? answer : answer with { ContentType = contentType }).ConfigureAwait(false);
        return true;
    }

    internal static IReadOnlyList<KeyValuePair<string, string>> RetryAfter(TimeSpan? wait) => wait is { } time
        ? [new("Retry-After", Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture))]
        : [];
}
