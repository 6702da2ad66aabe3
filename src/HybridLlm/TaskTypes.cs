namespace HybridLlm;

/// <summary>The built-in task types. A task type is a plain <c>snake_case</c> string, so an application may add its own.</summary>
/// <remarks>The list goes from the most specific demand to the least: where two fit, the one higher in the list wins.</remarks>
public static class TaskTypes
{
    /// <summary>Pick from a named set of tools, functions, agents or commands and fill the arguments.</summary>
    public const string ToolSelection = "tool_selection";

    /// <summary>Answer with new content in a machine-readable shape.</summary>
    public const string StructuredOutput = "structured_output";

    /// <summary>Answer a question strictly out of passages in the prompt.</summary>
    public const string RagQuery = "rag_query";

    /// <summary>Change or reason over three or more existing files together.</summary>
    public const string MultiFile = "multi_file";

    /// <summary>Find or fix one wrong behaviour or failure.</summary>
    public const string Debugging = "debugging";

    /// <summary>Examine supplied or named material and report findings.</summary>
    public const string Analysis = "analysis";

    /// <summary>Lay out steps, a design, a schedule or an outline before doing it.</summary>
    public const string Planning = "planning";

    /// <summary>Render text in another human language.</summary>
    public const string Translation = "translation";

    /// <summary>Condense supplied text.</summary>
    public const string Summarization = "summarization";

    /// <summary>Put supplied text into one of a few given labels.</summary>
    public const string Classification = "classification";

    /// <summary>Change the form and keep all the content; small mechanical edits in one file.</summary>
    public const string Format = "format";

    /// <summary>Produce well-known boilerplate with names filled in.</summary>
    public const string Template = "template";

    /// <summary>Write code with logic of its own.</summary>
    public const string CodeGeneration = "code_generation";

    /// <summary>Write or continue the story of a running or interactive fiction.</summary>
    public const string NarrativeGeneration = "narrative_generation";

    /// <summary>Write a stand-alone creative or persuasive text.</summary>
    public const string CreativeWriting = "creative_writing";

    /// <summary>Reach an answer through several steps, or weigh options from general knowledge.</summary>
    public const string KnowledgeReasoning = "knowledge_reasoning";

    /// <summary>Give a fact, a definition or a short how-to.</summary>
    public const string SimpleQuestion = "simple_question";

    /// <summary>Chat: greetings, small talk, thanks, feelings.</summary>
    public const string Conversation = "conversation";

    /// <summary>What a request is taken for when nothing says more.</summary>
    public const string General = "general";
}
