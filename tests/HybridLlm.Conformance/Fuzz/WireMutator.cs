namespace HybridLlm.Conformance.Fuzz;

/// <summary>Damages the body of an answer: single bytes, whole values, frames, the end.</summary>
internal static class WireMutator
{
    private const int MaxChanges = 4;
    private const int LongestRepeat = 4096;
    private const int DeepestNest = 200;

    private static readonly byte[] Characters = "{}[]\":,\\\n\r\0 -.0123456789eEtfnu\u00e9"u8.ToArray();

    // What JSON allows where something else was, and what it does not.
    private static readonly byte[][] Values =
    [
        "null"u8.ToArray(), "true"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), "\"\""u8.ToArray(), "0"u8.ToArray(), "-1"u8.ToArray(), "1.5"u8.ToArray(), "1e400"u8.ToArray(),
        "2147483648"u8.ToArray(), "-9223372036854775809"u8.ToArray(), "99999999999999999999999999"u8.ToArray(), "\"text\""u8.ToArray(), "[null]"u8.ToArray(), "[[1],{\"a\":2}]"u8.ToArray(),
        "{\"message\":{\"error\":[\"x\"]},\"code\":\"y\"}"u8.ToArray(), "\"\\ud800\""u8.ToArray(), "\"\\udc00\\ud800\""u8.ToArray(), "{\"\\ud800\":1}"u8.ToArray(),
        [(byte)'"', 0xFF, 0xC3, (byte)'"'], "\"{\\\"error\\\":\\\"{\\\\\\\"detail\\\\\\\":[]}\\\"}\""u8.ToArray(), "NaN"u8.ToArray(), ""u8.ToArray(),
    ];

    private static readonly byte[][] Frames =
    [
        "\n\n"u8.ToArray(), "\r\n\r\n"u8.ToArray(), "\r"u8.ToArray(), "data: "u8.ToArray(), "data:[DONE]\n\n"u8.ToArray(), "event: error\n"u8.ToArray(), ": ping\n\n"u8.ToArray(),
        "data: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n"u8.ToArray(), "error: {\"code\":503}\n\n"u8.ToArray(), "{\"error\":\"x\"}\n"u8.ToArray(), "{\"done\":true}\n"u8.ToArray(),
        "proxy error: x"u8.ToArray(), "id: \0\nretry: 9e9\n"u8.ToArray(), [0xEF, 0xBB, 0xBF], [0xFF, 0xFE],
    ];

    /// <summary>Makes a damaged copy.</summary>
    /// <param name="body">The body.</param>
    /// <param name="random">Decides what becomes of it.</param>
    /// <returns>The copy.</returns>
    internal static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = new List<byte>(body.Length + 64);
        bytes.AddRange(body);
        for (var change = random.Next(3) == 0 ? random.Next(2, MaxChanges + 1) : 1; change > 0; change--)
        {
            Change(bytes, random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 32), bytes.Count - at);
        switch (random.Next(16))
        {
            case 0 or 1 when at < bytes.Count:
                bytes[at] = Byte(random);
                break;
            case 2:
                bytes.Insert(at, Byte(random));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                bytes.InsertRange(at, Frames[random.Next(Frames.Length)]);
                break;
            case 7 when random.Next(8) == 0:
                bytes.InsertRange(at, Enumerable.Repeat(Byte(random), random.Next(LongestRepeat)));
                break;
            case 8 when random.Next(8) == 0:
                bytes.InsertRange(at, Enumerable.Repeat(random.Next(2) == 0 ? (byte)'[' : (byte)'{', random.Next(DeepestNest)));
                break;
            default:
                ReplaceValue(bytes, at, Values[random.Next(Values.Length)]);
                break;
        }
    }

    private static byte Byte(Random random) => random.Next(2) == 0 ? (byte)random.Next(256) : Characters[random.Next(Characters.Length)];

    // The next value after a colon or a comma; of an object or a list all of it.
    private static void ReplaceValue(List<byte> bytes, int from, byte[] value)
    {
        var start = bytes.FindIndex(Math.Min(from, bytes.Count), static c => c is (byte)':' or (byte)',') + 1;
        while (start < bytes.Count && bytes[start] == ' ')
        {
            start++;
        }

        var end = start;
        var depth = 0;
        var isText = false;
        for (; end < bytes.Count; end++)
        {
            var c = bytes[end];
            if (isText)
            {
                isText = c != '"' || bytes[end - 1] == '\\';
                continue;
            }

            if (c is (byte)',' or (byte)'}' or (byte)']' && depth == 0)
            {
                break;
            }

            isText = c == '"';
            depth += c is (byte)'{' or (byte)'[' ? 1 : c is (byte)'}' or (byte)']' ? -1 : 0;
        }

        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, value);
    }
}
