using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Brings an error inside an answer of status 200.</summary>
internal sealed class StreamErrorFault(int afterTokens, StreamErrorForm form) : Fault
{
    public override string ToString() => $"{nameof(ErrorInside200)} ({form}) after {afterTokens}";

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.FirstTokens(afterTokens).Concat(backend.StreamError(form).Select(static bytes => new StreamFrame(FrameKind.Injected, () => bytes)));

    internal override PlainBody ShapePlain(PlainBody body, LlmSimulator backend) => PlainBody.Of(backend.ErrorAnswer(BackendError.Internal).Body);
}
