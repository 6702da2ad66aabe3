using System.Text.Json;
using System.Text.RegularExpressions;
using HybridLlm.OpenAICompatible.Chat;

namespace HybridLlm.OpenAICompatible.Errors;

/// <summary>Reads the error bodies of OpenAI-compatible servers, which come in many shapes.</summary>
/// <remarks>
/// <c>{"error":{"message","type","param","code"}}</c> (code a string, a number or missing), <c>{"error":"text","error_type":"kind"}</c>, <c>{"object":"error","message"}</c>,
/// <c>{"detail":"text"}</c>, <c>{"detail":[{"msg"}]}</c>, <c>{"message"}</c>, <c>{"error_type","error_message"}</c>, any of these in an array of one, any of these written
/// as JSON inside a message, and plain text.
/// </remarks>
internal static partial class ErrorBody
{
    private const int MaxNesting = 3;

    /// <summary>Reads the body of an answer with a status of failure.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <returns>The error.</returns>
    internal static OpenAIError Parse(int status, ReadOnlySpan<byte> body)
    {
        var error = new OpenAIError { Status = status, Excerpt = Excerpts.Cut(body) };
        try
        {
            return Read(JsonText.ParseFirst(body), error, 0);
        }
        catch (JsonException)
        {
            return Plain(error); // Proxies, and llama-server's router, answer with plain text.
        }
    }

    /// <summary>Reads an error that came inside an answer with status 200.</summary>
    /// <param name="data">The event's data, or the whole answer.</param>
    /// <returns>The error.</returns>
    internal static OpenAIError ParseInStream(ReadOnlySpan<byte> data) => Parse(0, data) switch
    {
        { Status: 0 } error => error with { Status = 500, InStream = true },
        var error => error with { InStream = true },
    };

    private static OpenAIError Plain(OpenAIError error) => WithNumbers(error with { Message = error.Excerpt?.Trim() ?? "" });

    private static OpenAIError Read(JsonElement element, OpenAIError error, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                return Read(element[0], error, depth + 1);
            case JsonValueKind.String:
                return ReadMessage(element.GetString()!, error, depth);
            case JsonValueKind.Object when depth <= MaxNesting:
                return ReadObject(element, error, depth);
            default:
                return Plain(error);
        }
    }

    private static OpenAIError ReadObject(JsonElement element, OpenAIError error, int depth)
    {
        error = error with
        {
            Type = Text(element, "type") ?? Text(element, "error_type") ?? Text(element, "status") ?? error.Type,
            Code = Text(element, "code") ?? error.Code,
            Parameter = Text(element, "param") ?? error.Parameter,
            Status = error.Status == 0 ? StatusOf(element) : error.Status,
            PromptTokens = Number(element, "n_prompt_tokens") ?? error.PromptTokens,
            ContextLength = Number(element, "n_ctx") ?? error.ContextLength,
            RetryAfter = RetryHints.ReadDetails(element) ?? error.RetryAfter,
        };

        if (element.TryGetProperty("error", out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return Read(inner, error, depth + 1);
        }

        if ((Text(element, "message") ?? Text(element, "error_message") ?? Text(element, "msg")) is { } message)
        {
            return ReadMessage(message, error, depth);
        }

        return element.TryGetProperty("detail", out var detail) && detail.ValueKind is JsonValueKind.Object or JsonValueKind.String or JsonValueKind.Array
            ? Read(detail, error, depth + 1)
            : Plain(error);
    }

    private static OpenAIError ReadMessage(string message, OpenAIError error, int depth)
    {
        if (depth < MaxNesting && message.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                return Read(JsonText.ParseElement(message), error, depth + 1);
            }
            catch (JsonException)
            {
                return WithNumbers(error with { Message = message }); // It only looked like JSON.
            }
        }

        return WithNumbers(error with { Message = message });
    }

    private static OpenAIError WithNumbers(OpenAIError error)
    {
        if (error.ContextLength is null && ContextLengthPattern().Match(error.Message) is { Success: true } context && TryNumber(context, out var length))
        {
            error = error with { ContextLength = length };
        }

        if (error.PromptTokens is null && PromptTokensPattern().Match(error.Message) is { Success: true } prompt && TryNumber(prompt, out var tokens))
        {
            error = error with { PromptTokens = tokens };
        }

        return error;
    }

    private static bool TryNumber(Match match, out int number)
    {
        foreach (var group in match.Groups.Values.Skip(1))
        {
            if (group.Success && int.TryParse(group.ValueSpan, out number))
            {
                return true;
            }
        }

        number = 0;
        return false;
    }

    private static int StatusOf(JsonElement element) =>
        (Number(element, "code") ?? Number(element, "http_status_code") ?? Number(element, "status")) is { } status and >= 400 and < 600 ? status : 0;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    [GeneratedRegex(@"maximum context length is (\d+)|available context size \((\d+)|current batch size: (\d+)|context length (?:of (?:only )?|only supports )(\d+)|n_ctx: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContextLengthPattern();

    [GeneratedRegex(@"(?:resulted in|requested|contains|contains at least|input has) (\d+)|(?:request|input) \((\d+) tokens\)|n_keep: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex PromptTokensPattern();
}
