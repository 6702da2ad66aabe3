using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.Ollama;

/// <summary>Writes JSON as Go does.</summary>
internal static class GoJson
{
    public const string ContentType = "application/json; charset=utf-8";

    public static byte[] Object(Action<Utf8JsonWriter> members) => Escape(Json.Object(members));

    public static byte[] Line(Action<Utf8JsonWriter> members) => [.. Object(members), (byte)'\n'];

    public static Answer Answer(Action<Utf8JsonWriter> members) => new(200, ContentType, Object(members));

    /// <summary>Writes a duration in nanoseconds; nothing for zero, which Go leaves out.</summary>
    public static void Duration(this Utf8JsonWriter writer, string name, TimeSpan value) => writer.Count(name, value.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Writes a number; nothing for zero, which Go leaves out.</summary>
    public static void Count(this Utf8JsonWriter writer, string name, long value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    /// <summary>Writes a time without zeros at its end.</summary>
    public static void Time(this Utf8JsonWriter writer, string name, DateTimeOffset value) =>
        writer.WriteString(name, value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Escapes what Go escapes to be safe inside HTML. These characters occur inside strings only.</summary>
    private static byte[] Escape(byte[] json)
    {
        if (json.AsSpan().IndexOfAny("<>&"u8) < 0)
        {
            return json;
        }

        var text = new StringBuilder(Encoding.UTF8.GetString(json));
        text.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
