using Microsoft.Extensions.AI;

namespace HybridLlm.LmStudio.Wire;

/// <summary>Takes thoughts that a model writes into its answer, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> at its beginning, out of it.</summary>
/// <remarks>LM Studio sends them so unless it is set to tell them apart. One instance serves one answer, piece by piece.</remarks>
internal sealed class ThinkTags
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private string _held = "";
    private Place _place;

    private enum Place
    {
        Beginning,
        Thoughts,
        AfterThoughts,
        Answer,
    }

    /// <summary>Replaces the texts among some contents by what they turn out to be.</summary>
    /// <param name="contents">The contents of an update or a message; changed in place.</param>
    /// <param name="isLast">Whether the answer ends here, so that nothing is held back.</param>
    public void Split(IList<AIContent> contents, bool isLast)
    {
        if (_place == Place.Answer)
        {
            return;
        }

        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is not TextContent text)
            {
                continue;
            }

            contents.RemoveAt(i--);
            foreach (var piece in Feed(text.Text))
            {
                contents.Insert(++i, piece);
            }
        }

        if (isLast && Flush() is { } rest)
        {
            contents.Add(rest);
        }
    }

    private List<AIContent> Feed(string text)
    {
        var pieces = new List<AIContent>(2);
        text = _held + text;
        _held = "";
        if (_place == Place.Beginning)
        {
            var trimmed = text.TrimStart();
            if (trimmed.StartsWith(Open, StringComparison.Ordinal))
            {
                text = trimmed[Open.Length..].TrimStart('\n');
                _place = Place.Thoughts;
            }
            else if (Open.StartsWith(trimmed, StringComparison.Ordinal))
            {
                _held = text;
                return pieces;
            }
            else
            {
                _place = Place.Answer;
            }
        }

        if (_place == Place.Thoughts)
        {
            var end = text.IndexOf(Close, StringComparison.Ordinal);
            var thoughts = end < 0 ? text[..^Overlap(text)] : text[..end];
            Add(pieces, thoughts.Length == 0 ? null : new TextReasoningContent(thoughts));
            if (end < 0)
            {
                _held = text[thoughts.Length..];
                return pieces;
            }

            text = text[(end + Close.Length)..];
            _place = Place.AfterThoughts;
        }

        if (_place == Place.AfterThoughts)
        {
            text = text.TrimStart();
            _place = text.Length > 0 ? Place.Answer : Place.AfterThoughts;
        }

        Add(pieces, text.Length == 0 ? null : new TextContent(text));
        return pieces;
    }

    private AIContent? Flush()
    {
        var (rest, isThought) = (_held, _place == Place.Thoughts);
        _held = "";
        return rest.Length == 0 ? null : isThought ? new TextReasoningContent(rest) : new TextContent(rest);
    }

    // How much of the end of a text may be the beginning of the closing tag.
    private static int Overlap(string text)
    {
        for (var length = Math.Min(text.Length, Close.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(Close.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }

    private static void Add(List<AIContent> pieces, AIContent? piece)
    {
        if (piece is not null)
        {
            pieces.Add(piece);
        }
    }
}
