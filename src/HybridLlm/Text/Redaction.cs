using System.Text.RegularExpressions;

namespace HybridLlm.Text;

/// <summary>
/// Takes keys and passwords out of words that come from elsewhere: servers repeat what they were sent, and addresses carry what does not belong there. It knows them by
/// their shape; a provider that knows its key takes that out whatever its shape.
/// </summary>
internal static partial class Redaction
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mark = "***";

    public static string Of(string text) =>
        text.Length == 0 ? text : Known().Replace(Named().Replace(UserInfo().Replace(text, "://" + Mark + "@"), "$1" + Mark), Mark);

    // user:password@ or token@ before a host.
    [GeneratedRegex("""://[^\s/?#@'"]+@""", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UserInfo();

    // Authorization: Bearer X, "api_key": "X", ?key=X, password=X. A bare "token" is no secret here, where so much is said of tokens.
    [GeneratedRegex(
        """((?:\bbearer\s+|\bbasic\s+(?=[A-Za-z0-9+/]{8})|(?:api[-_ ]?key|(?:access|auth|api|refresh|id|bearer)[-_ ]?token|client[-_ ]?secret|\bsecret|passw(?:or)?d|\bpwd|\bauthorization|[?&](?:key|token|sig|signature|code))\\?["']?\s*[:=]\s*\\?["']?(?:bearer\s+|basic\s+)?))[^\s"'\\&,;<>(){}\[\]]+""",
        RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex Named();

    // Keys that say by their beginning whose they are.
    [GeneratedRegex("""\b(?:sk|pk|rk|gsk|xai|nvapi|r8|hf|ghp|gho|glpat|pplx|AIza)[-_]?[A-Za-z0-9_\-]{16,}""", RegexOptions.None, 1000)]
    private static partial Regex Known();
}
