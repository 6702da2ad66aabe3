using System.Text;
using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>Checks the names of task types.</summary>
internal static class TaskNames
{
    private static readonly string[] BuiltIn =
    [
        TaskTypes.ToolSelection, TaskTypes.StructuredOutput, TaskTypes.RagQuery, TaskTypes.MultiFile, TaskTypes.Debugging, TaskTypes.Analysis,
        TaskTypes.Planning, TaskTypes.Translation, TaskTypes.Summarization, TaskTypes.Classification, TaskTypes.Format, TaskTypes.Template,
        TaskTypes.CodeGeneration, TaskTypes.NarrativeGeneration, TaskTypes.CreativeWriting, TaskTypes.KnowledgeReasoning, TaskTypes.SimpleQuestion,
        TaskTypes.Conversation, TaskTypes.General,
    ];

    /// <summary>Checks one name. Names are compared letter by letter, so one that is written differently would never be met.</summary>
    public static void Check(CheckContext context, string name, params ReadOnlySpan<string> place) => CheckReference(context, name, [.. place, name]);

    /// <summary>Checks a name that is the value of an option.</summary>
    public static void CheckReference(CheckContext context, string name, params ReadOnlySpan<string> place)
    {
        if (!IsSnakeCase(name))
        {
            context.Errors.At(place).Add("", name, $"Task types are written in snake_case: write '{ToSnakeCase(name)}'.");
        }
        else if (!BuiltIn.Contains(name, StringComparer.Ordinal) && NearestName.Find(name, BuiltIn) is { } nearest)
        {
            context.Warnings.At(place).Add("", name, $"It is not a built-in task type, so it counts only for requests that name it. Did you mean '{nearest}'?");
        }
    }

    private static bool IsSnakeCase(string name)
    {
        var afterLetter = false;
        for (var i = 0; i < name.Length; i++)
        {
            var isPart = char.IsAsciiLetterLower(name[i]) || (i > 0 && char.IsAsciiDigit(name[i]));
            if (!isPart && !(name[i] == '_' && afterLetter))
            {
                return false;
            }

            afterLetter = isPart;
        }

        return afterLetter;
    }

    private static string ToSnakeCase(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]))
            {
                AddUnderscore();
                continue;
            }

            if (char.IsAsciiLetterUpper(name[i]) && i > 0 && char.IsAsciiLetterLower(name[i - 1]))
            {
                AddUnderscore();
            }

            if (text.Length > 0 || char.IsAsciiLetter(name[i]))
            {
                text.Append(char.ToLowerInvariant(name[i]));
            }
        }

        return text.Length == 0 ? TaskTypes.General : text.ToString().TrimEnd('_');

        void AddUnderscore()
        {
            if (text.Length > 0 && text[^1] != '_')
            {
                text.Append('_');
            }
        }
    }
}
