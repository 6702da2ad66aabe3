using System.Text;
using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Puts bytes into an answer that are no event and no JSON, and ends it properly.</summary>
internal sealed class MalformedFault(int afterTokens, string sse, string lines) : Fault
{
    public override string ToString() => $"Malformed after {afterTokens}";

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.FirstTokens(afterTokens)
            .Append(new StreamFrame(FrameKind.Injected, () => Encoding.UTF8.GetBytes(backend.StreamsLines ? lines : sse)));

    // A body that lost its second half, under a content length that fits what is left of it.
    internal override PlainBody ShapePlain(PlainBody body, LlmSimulator backend) => PlainBody.Of(body.Bytes[..(body.Bytes.Length / 2)]);
}
