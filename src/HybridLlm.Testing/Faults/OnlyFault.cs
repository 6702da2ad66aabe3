using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Leaves nothing of a stream but frames of one kind, or nothing at all.</summary>
internal sealed class OnlyFault(FrameKind? kind) : Fault
{
    public override string ToString() => kind is null ? nameof(EmptyStream) : nameof(OnlyDone);

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.Where(frame => frame.Kind == kind);

    internal override PlainBody ShapePlain(PlainBody body, LlmSimulator backend) =>
        PlainBody.Of(kind is null ? ReadOnlyMemory<byte>.Empty : backend.EmptyChoices(streamed: false));
}
