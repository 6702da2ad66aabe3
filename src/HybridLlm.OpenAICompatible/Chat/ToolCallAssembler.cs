using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Puts tool calls together from the pieces that a stream brings.</summary>
/// <remarks>
/// Pieces belong together by their index. A piece with the index of a call but another id begins a new call: some servers give all calls the index 0. A piece without
/// an index belongs to the last call unless its id is another one. Id and name come once, or again with every piece; the first of each counts.
/// </remarks>
internal sealed class ToolCallAssembler
{
    private readonly List<Call> _calls = [];

    internal bool HasCalls => _calls.Count > 0;

    internal void Add(List<ToolCallFragment> fragments)
    {
        Call? before = null;
        foreach (var fragment in fragments)
        {
            var call = Find(fragment, before);
            if (call is null)
            {
                call = new Call(fragment.Index);
                _calls.Add(call);
            }

            call.Id ??= fragment.Id;
            call.Name ??= fragment.Name;
            call.Arguments.Append(fragment.Arguments);
            before = call;
        }
    }

    /// <summary>Gets the calls in the order in which they began, and forgets them.</summary>
    /// <returns>The calls; those whose arguments are not a JSON object carry the reason as their exception and the text as their raw representation.</returns>
    internal List<FunctionCallContent> Take()
    {
        var contents = new List<FunctionCallContent>(_calls.Count);
        foreach (var call in _calls)
        {
            contents.Add(call.ToContent());
        }

        _calls.Clear();
        return contents;
    }

    private Call? Find(ToolCallFragment fragment, Call? before)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (fragment.Index is { } index && index != call.Index)
            {
                continue;
            }

            var isOther = fragment.Id is not null && call.Id is not null && fragment.Id != call.Id;

            // Two whole calls in one event, with neither index nor id.
            var isNext = fragment is { Index: null, Id: null, Name: not null } && call == before;
            return isOther || isNext ? null : call;
        }

        return null;
    }

    private sealed class Call(int? index)
    {
        internal int? Index { get; } = index;

        internal string? Id { get; set; }

        internal string? Name { get; set; }

        internal StringBuilder Arguments { get; } = new();

        internal FunctionCallContent ToContent()
        {
            var id = Id ?? "call_" + Guid.NewGuid().ToString("N");
            var name = Name ?? "";
            var text = Arguments.ToString();
            if (string.IsNullOrWhiteSpace(text))
            {
                return new FunctionCallContent(id, name, new Dictionary<string, object?>());
            }

            try
            {
                return new FunctionCallContent(id, name, Parse(text));
            }
            catch (JsonException e)
            {
                return new FunctionCallContent(id, name)
                {
                    Exception = new InvalidOperationException($"The arguments of the call of '{name}' are not a JSON object.", e),
                    RawRepresentation = text,
                };
            }
        }

        private static Dictionary<string, object?> Parse(string text)
        {
            var root = JsonText.ParseElement(text);
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"A JSON object was expected, not {root.ValueKind}.");
            }

            var arguments = new Dictionary<string, object?>();
            foreach (var member in root.EnumerateObject())
            {
                arguments[member.Name] = member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.Clone();
            }

            return arguments;
        }
    }
}
