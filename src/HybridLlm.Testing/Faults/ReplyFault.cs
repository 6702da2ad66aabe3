using System.Runtime.CompilerServices;

namespace HybridLlm.Testing.Faults;

/// <summary>Lets the model say something else.</summary>
internal sealed class ReplyFault(Func<SimulatedReply, SimulatedChat, SimulatedReply> shape, [CallerMemberName] string name = "") : Fault
{
    public override string ToString() => name;

    internal override SimulatedReply ShapeReply(SimulatedReply reply, SimulatedChat chat) => shape(reply, chat);
}
