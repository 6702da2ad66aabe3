using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Cuts an answer off after some tokens: by silence, by the end of the connection, or by a reset.</summary>
internal sealed class CutFault(int tokens, Ending ending, TimeSpan? heartbeat) : Fault
{
    public override string ToString() => $"{(ending == Ending.Stall ? "Stall" : $"Drop ({ending})")} after {tokens}";

    internal override IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) =>
        frames.FirstTokens(tokens).Append(ending switch
        {
            Ending.Stall => StreamFrame.Stall with { Heartbeat = heartbeat },
            Ending.Reset => StreamFrame.Reset,
            _ => StreamFrame.Close,
        });

    internal override PlainBody ShapePlain(PlainBody body, LlmSimulator backend) =>
        body with { Sent = tokens == 0 && ending == Ending.Stall ? -1 : body.Bytes.Length / 2, Ending = ending };
}
