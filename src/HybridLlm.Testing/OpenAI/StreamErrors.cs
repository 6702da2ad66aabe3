namespace HybridLlm.Testing.OpenAI;

/// <summary>Puts an error object into a stream of server-sent events.</summary>
internal static class StreamErrors
{
    public static IReadOnlyList<byte[]> Events(StreamErrorForm form, ReadOnlySpan<byte> error) => form switch
    {
        StreamErrorForm.ErrorEvent => [[.. "event: error\ndata: "u8, .. error, .. "\n\n"u8]],
        StreamErrorForm.ErrorField => [[.. "error: "u8, .. error, .. "\n\n"u8], [.. "data: [DONE]\n\n"u8]],
        _ => [[.. "data: "u8, .. error, .. "\n\n"u8]],
    };
}
