using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Leaves out the frames of one kind.</summary>
internal sealed class WithoutFault(FrameKind kind) : Fault
{
    public override string ToString() => $"Missing {kind}";

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.Where(frame => frame.Kind != kind);
}
