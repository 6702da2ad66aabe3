using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Answers with an empty list of choices.</summary>
internal sealed class EmptyChoicesFault : Fault
{
    public override string ToString() => nameof(EmptyChoices);

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.Where(static frame => frame.Kind == FrameKind.Done)
            .Prepend(new StreamFrame(FrameKind.Injected, () => backend.EmptyChoices(streamed: true)));

    internal override PlainBody ShapePlain(PlainBody body, LlmSimulator backend) => PlainBody.Of(backend.EmptyChoices(streamed: false));
}
