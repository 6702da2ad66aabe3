using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Cuts sequences of frames.</summary>
internal static class StreamFrames
{
    /// <summary>Returns the frames up to the token with the given number; none at all for 0.</summary>
    public static IEnumerable<StreamFrame> FirstTokens(this IEnumerable<StreamFrame> frames, int tokens)
    {
        if (tokens == 0)
        {
            yield break;
        }

        foreach (var frame in frames)
        {
            // A backend joins its last frames in one chunk; a cut between them sends the first of them all the same.
            if (frame.Kind == FrameKind.Token && --tokens == 0)
            {
                yield return frame with { JoinsNext = false };
                yield break;
            }

            yield return frame;
        }
    }
}
