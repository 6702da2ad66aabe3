using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Cypher;

/// <summary>Says each remark of the server once: they come with every answer.</summary>
internal sealed class NoteLog(ILogger logger)
{
    private const int Limit = 100;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    public void Report(IReadOnlyList<CypherNote> notes)
    {
        foreach (var note in notes)
        {
            // Informational ones tell what is meant to be, such as an index that is there already; names that nobody wrote yet are no fault either.
            if (note.Severity == "WARNING" && !note.Code.Contains(".Statement.Unknown", StringComparison.Ordinal) && IsNew(note.Code))
            {
                Neo4jLog.Note(logger, note.Code, note.Description);
            }
        }
    }

    private bool IsNew(string code)
    {
        lock (_gate)
        {
            return _said.Count < Limit && _said.Add(code);
        }
    }
}
