using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>Estimates how many tokens a prompt comes to, without a tokenizer and without allocating.</summary>
/// <remarks>
/// Byte-pair vocabularies hold about four characters of English, source code or JSON to the token, about two of accented Latin, Greek, Cyrillic
/// or Arabic text, and about one of Chinese, Japanese or Korean. Estimates are within about a quarter of the true count for prose; they decide
/// which contexts are surely too small, and nothing finer.
/// </remarks>
internal static class TokenEstimator
{
    /// <summary>What a chat template puts around each message.</summary>
    private const int TokensPerMessage = 4;

    /// <summary>What an image comes to. Vision models take from some 80 to 1,600.</summary>
    private const int TokensPerImage = 512;

    /// <summary>What an object comes to whose text is not at hand.</summary>
    private const int TokensPerObject = 16;

    private const char LastAscii = '\u007F';
    private const char FirstIdeographic = '\u2E80';
    private const int QuartersPerToken = 4;

    /// <summary>Estimates the tokens of a request: its instructions, messages and tools.</summary>
    public static int Estimate(LlmRequest request)
    {
        var quarters = Quarters(request.Options?.Instructions);
        var messages = request.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            quarters += TokensPerMessage * QuartersPerToken;
            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                quarters += Quarters(contents[j]);
            }
        }

        if (request.Options?.Tools is { } tools)
        {
            for (var i = 0; i < tools.Count; i++)
            {
                quarters += Quarters(tools[i]);
            }
        }

        return (int)Math.Min(int.MaxValue, (quarters + QuartersPerToken - 1) / QuartersPerToken);
    }

    /// <summary>Measures a text in quarters of a token.</summary>
    internal static long Quarters(ReadOnlySpan<char> text)
    {
        long quarters = 0;
        while (!text.IsEmpty)
        {
            // Runs of ASCII are skipped by the vectorized search; only what is left is looked at one by one.
            var ascii = text.IndexOfAnyExceptInRange('\0', LastAscii);
            if (ascii < 0)
            {
                return quarters + text.Length;
            }

            quarters += ascii;
            text = text[ascii..];
            var other = 0;
            while (other < text.Length && text[other] > LastAscii)
            {
                quarters += text[other] < FirstIdeographic ? 2 : 4;
                other++;
            }

            text = text[other..];
        }

        return quarters;
    }

    private static long Quarters(AIContent content) => content switch
    {
        TextContent text => Quarters(text.Text),
        TextReasoningContent thoughts => Quarters(thoughts.Text),
        FunctionCallContent call => Quarters(call),
        FunctionResultContent result => Quarters(result.Result),
        DataContent or UriContent => TokensPerImage * QuartersPerToken,
        _ => TokensPerObject * QuartersPerToken,
    };

    private static long Quarters(FunctionCallContent call)
    {
        var quarters = Quarters(call.Name);
        if (call.Arguments is Dictionary<string, object?> arguments)
        {
            foreach (var (name, value) in arguments)
            {
                quarters += Quarters(name) + Quarters(value);
            }
        }
        else if (call.Arguments is { } others)
        {
            quarters += (long)others.Count * TokensPerObject * QuartersPerToken;
        }

        return quarters;
    }

    private static long Quarters(AITool tool)
    {
        var quarters = Quarters(tool.Name) + Quarters(tool.Description);
        return tool is AIFunctionDeclaration function ? quarters + Quarters(function.JsonSchema) : quarters;
    }

    private static long Quarters(object? value) => value switch
    {
        null => 0,
        string text => Quarters(text.AsSpan()),
        JsonElement json => Quarters(json),
        TextContent text => Quarters(text.Text.AsSpan()),
        _ => TokensPerObject * QuartersPerToken,
    };

    private static long Quarters(JsonElement json) =>
        json.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(json).Length;

    private static long Quarters(string? text) => Quarters(text.AsSpan());
}
