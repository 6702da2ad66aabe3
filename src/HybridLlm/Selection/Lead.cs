using System.Globalization;
using HybridLlm.Learning;

namespace HybridLlm.Selection;

/// <summary>What stands first whatever the scores say: the model of a conversation under way, or one of which something is to be learned.</summary>
/// <param name="Index">The position of the model; -1 when the scores decide.</param>
/// <param name="Words">Why it stands first.</param>
/// <param name="Stays">Whether it is the model of the conversation.</param>
internal readonly record struct Lead(int Index, string? Words, bool Stays)
{
    private const string InToolLoop = "stays: the request answers this model's tool call";

    /// <summary>The scores decide.</summary>
    public static Lead None { get; } = new(-1, null, false);

    /// <summary>Finds what stands first.</summary>
    public static Lead Find(
        SelectionContext context, SelectionSnapshot snapshot, Strategy strategy, ReadOnlySpan<Candidate> candidates, CandidateScorer scorer)
    {
        if (context.Conversation is { } conversation)
        {
            return snapshot.IndexOf(conversation.Model) is { } model && candidates[model].IsReady && !candidates[model].IsRejected
                ? Stay(conversation, model, BestOf(candidates), candidates, context.Routing.Learning.SwitchMargin)
                : None;
        }

        var learning = context.Routing.Learning;
        // While little is known there is nothing to be less sure of than of the rest: the static strategy stands.
        return context.Ordinal > 0 && strategy.IsBalanced && scorer.Evidence >= context.Routing.MinimumEvidence
            && Exploration.Allows(context.Routing.Exploration, learning.Seed, context.Ordinal)
            ? Explore(context, candidates, scorer)
            : None;
    }

    private static Lead Stay(ConversationState conversation, int model, int best, ReadOnlySpan<Candidate> candidates, double margin)
    {
        if (conversation.IsToolLoop)
        {
            return new(model, InToolLoop, true);
        }

        var ahead = candidates[best].Total - candidates[model].Total;
        return best == model ? new(model, candidates[model].IsMoved ? candidates[model].Entry.StayNote : candidates[model].Words ?? candidates[model].Entry.StayNote, true)
            : ahead <= margin ? new(model, candidates[model].Entry.StayNote, true)
            : new(best, string.Create(CultureInfo.InvariantCulture, $"switches: {ahead:0.00} ahead of {conversation.Model}, which answered so far"), true);
    }

    /// <summary>Draws what the success of each candidate might be (Thompson sampling) and takes the one that would be best then.</summary>
    private static Lead Explore(SelectionContext context, ReadOnlySpan<Candidate> candidates, CandidateScorer scorer)
    {
        var best = BestOf(candidates);
        if (best < 0)
        {
            return None;
        }

        int chosen = best;
        double highest = double.NegativeInfinity, hoped = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].IsRejected || !candidates[i].IsReady)
            {
                continue;
            }

            var randomness = new Randomness(context.Routing.Learning.Seed, context.Ordinal, i);
            var success = candidates[i].Success.Draw(ref randomness);
            var total = scorer.TotalWith(success, i);
            if (total > highest)
            {
                (chosen, highest, hoped) = (i, total, success);
            }
        }

        return chosen == best ? None : new(chosen, ExploreNote(candidates[chosen], hoped, candidates[best].Entry.Model.Name, context.Routing.Exploration), false);
    }

    private static string ExploreNote(in Candidate candidate, double hoped, string best, double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"explores: expected to succeed in {candidate.Success.Mean:0%} of calls, give or take {candidate.Success.Deviation:0%}, and worth a try if it were {hoped:0%}; {best} is the best known; {share:0.#%} of requests may try another");

    /// <summary>Finds the candidate with the highest score among those that can be called now; -1 when none can.</summary>
    private static int BestOf(ReadOnlySpan<Candidate> candidates)
    {
        var best = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (!candidates[i].IsRejected && candidates[i].IsReady && (best < 0 || candidates[i].Total > candidates[best].Total))
            {
                best = i;
            }
        }

        return best;
    }
}
