using System.Text;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Checks what the options of all OpenAI-compatible providers have in common.</summary>
internal static class OptionsValidation
{
    private static readonly string[] OwnHeaders = ["Authorization", "Host", "Connection", "Transfer-Encoding", "Content-Type", "Content-Length"];

    internal static void Validate(OpenAICompatibleOptions options, IConfigurationErrors errors, string? endpointExample)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(errors);
        ValidateEndpoint(options.Endpoint, errors, endpointExample);
        if (options.ApiKey is { } key && !IsHeaderValue(key))
        {
            errors.Add(nameof(options.ApiKey), "(not shown)", "The key must consist of printable ASCII characters without blanks at its ends; look for a line end or a quotation mark that was copied with it.");
        }

        if (options.ConnectionIdleTimeout is { } idle && (idle < TimeSpan.Zero || idle > TimeSpan.FromHours(1)))
        {
            errors.Add(nameof(options.ConnectionIdleTimeout), idle, "Write 00:00:00 to 01:00:00, a little less than the server keeps idle connections.");
        }

        foreach (var (name, value) in options.Headers)
        {
            ValidateHeader(name, value, errors);
        }
    }

    private static void ValidateEndpoint(string? endpoint, IConfigurationErrors errors, string? example)
    {
        if (string.IsNullOrWhiteSpace(endpoint))
        {
            if (example is not null || endpoint is not null)
            {
                errors.Add(nameof(ProviderOptions.Endpoint), endpoint, $"Write the server's address, such as {example ?? "http://localhost:8080"}.");
            }

            return;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            // Whatever it is, a word before an @ is a user, and one behind that a password.
            var hasUser = endpoint.Contains('@', StringComparison.Ordinal);
            var remedy = !hasUser && !endpoint.Contains("://", StringComparison.Ordinal) && Uri.TryCreate("http://" + endpoint, UriKind.Absolute, out _)
                ? $"Write the address with its scheme: http://{endpoint}"
                : "Write an absolute address that begins with http:// or https://.";
            errors.Add(nameof(ProviderOptions.Endpoint), hasUser ? "(not shown)" : endpoint, remedy);
            return;
        }

        if (address.UserInfo.Length > 0)
        {
            errors.Add(nameof(ProviderOptions.Endpoint), "(not shown)", "Take the user and password out of the address; put the key into ApiKey or a header into Headers.");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            errors.Add(nameof(ProviderOptions.Endpoint), address.GetLeftPart(UriPartial.Path) + "?***", "Take everything from the '?' or '#' on out of the address; put what the server needs into Headers.");
        }

        if (address.AbsolutePath.TrimEnd('/').EndsWith("/chat/completions", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(nameof(ProviderOptions.Endpoint), endpoint, "Write the address without /chat/completions; that path is added to it.");
        }
    }

    private static void ValidateHeader(string name, string? value, IConfigurationErrors errors)
    {
        var key = $"{nameof(OpenAICompatibleOptions.Headers)}:{name}";
        if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add(key, "(not shown)", name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                ? "Put the key into ApiKey; it is sent as 'Authorization: Bearer KEY'."
                : "This header is set by the client itself; take it out.");
        }
        else if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            errors.Add(key, "(not shown)", "A header's name consists of letters, digits and hyphens.");
        }
        else if (value is null || !IsHeaderValue(value))
        {
            errors.Add(key, "(not shown)", "A header's value consists of printable ASCII characters without blanks at its ends.");
        }
    }

    private static bool IsHeaderValue(string value) =>
        value.Length > 0 && Ascii.IsValid(value) && !value.AsSpan().ContainsAnyInRange('\0', '\u001f') && !value.Contains('\u007f', StringComparison.Ordinal)
        && value[0] != ' ' && value[^1] != ' ';
}
