using HybridLlm.Neo4j.Rollups;

namespace HybridLlm.Neo4j.Spool;

/// <summary>Outcomes that waited too long in a spool to be kept one by one.</summary>
/// <param name="Id">What tells it from others: the database keeps the sums of an id once.</param>
/// <param name="LastSegment">The segment that was added last, which may not be deleted yet.</param>
/// <param name="Rows">The sums.</param>
internal sealed record SpooledTotals(Guid Id, string LastSegment, IReadOnlyList<RollupRow> Rows);
