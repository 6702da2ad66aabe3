using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HybridLlm.Testing.Http;

/// <summary>Writes JSON in the order and with the escapes of the backends.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Unescape(bytes.WrittenSpan);
    }

    /// <summary>Makes a server-sent event of JSON.</summary>
    public static byte[] Event(Action<Utf8JsonWriter> members) => [.. "data: "u8, .. Object(members), (byte)'\n', (byte)'\n'];

    /// <summary>Makes a line of JSON.</summary>
    public static byte[] Line(Action<Utf8JsonWriter> members) => [.. Object(members), (byte)'\n'];

    public static void Object(this Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> members)
    {
        writer.WriteStartObject(name);
        members(writer);
        writer.WriteEndObject();
    }

    public static void Array<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a number that is a floating-point one to the backend, so that it has a point even where nothing is behind it.</summary>
    public static void Float(this Utf8JsonWriter writer, string name, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        writer.WritePropertyName(name);
        writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, skipInputValidation: true);
    }

    /// <summary>
    /// Turns escapes that JSON does not ask for into the characters themselves: the writer of .NET escapes emojis and more,
    /// the backends do not.
    /// </summary>
    private static byte[] Unescape(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
        {
            return json.ToArray();
        }

        var text = Encoding.UTF8.GetString(json);
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i]);
            if (text[i] != '\\')
            {
                continue;
            }

            i++;
            if (text[i] != 'u')
            {
                plain.Append(text[i]);
                continue;
            }

            var code = ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            i += 4;
            if (code < ' ')
            {
                plain.Append(CultureInfo.InvariantCulture, $"u{code:x4}");
            }
            else
            {
                plain[^1] = (char)code;
            }
        }

        return Encoding.UTF8.GetBytes(plain.ToString());
    }
}
