namespace HybridLlm.Testing.Generation;

/// <summary>Where a piece of output belongs.</summary>
internal enum PieceKind
{
    Reasoning,
    Text,
    ToolCall,
}

/// <summary>A token of output.</summary>
/// <param name="Kind">Where it belongs.</param>
/// <param name="Text">Its text; of a tool call, a part of the arguments.</param>
/// <param name="Call">Of a tool call: its number.</param>
/// <param name="OpensCall">Of a tool call: whether it is the first piece, which comes with id and name.</param>
/// <param name="IsRest">Whether it is what stood before a stop text in the token that the stop text began in.</param>
internal readonly record struct Piece(PieceKind Kind, string Text, int Call = 0, bool OpensCall = false, bool IsRest = false);
