using HybridLlm;

namespace QuickStart.Requests;

/// <summary>A request whose answer can be checked.</summary>
/// <param name="TaskType">What it is.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="IsRight">Tells whether an answer is right.</param>
internal sealed record SampleRequest(string TaskType, string Prompt, Func<string, bool> IsRight)
{
    /// <summary>Gets the requests, four of each task type.</summary>
    public static IReadOnlyList<SampleRequest> All { get; } =
    [
        new(TaskTypes.SimpleQuestion, "Which city is the capital of Egypt?", Check.Is("Cairo")),
        new(TaskTypes.SimpleQuestion, "Name the opposite of hard.", Check.Is("soft")),
        new(TaskTypes.SimpleQuestion, "Currency of Japan?", Check.Is("yen")),
        new(TaskTypes.SimpleQuestion, "Name the day after Tuesday.", Check.Is("Wednesday")),

        new(TaskTypes.Format, "Write in capital letters: local models first", Check.Is("LOCAL MODELS FIRST")),
        new(TaskTypes.Format, "Put commas between the words: red green blue", Check.Is("red, green, blue")),
        new(TaskTypes.Format, "Join the words with underscores: pick the next model", Check.Is("pick_the_next_model")),
        new(TaskTypes.Format, "Convert to uppercase: lazy street", Check.Is("LAZY STREET")),

        new(TaskTypes.Template, "Write a C# interface IReportService with a method Run.", Check.IsCode("public interface IReportService { void Run(); }")),
        new(TaskTypes.Template, "Write a C# class FlightItem with a string property Date.", Check.IsCode("public class FlightItem { public string Date { get; set; } }")),
        new(TaskTypes.Template, "C# record DoctorItem: double Rank, double Total.", Check.IsCode("public record DoctorItem(double Rank, double Total);")),
        new(TaskTypes.Template, "C# enum Session: Failed, Green, Blue.", Check.IsCode("public enum Session { Failed, Green, Blue }")),

        new(TaskTypes.ToolSelection, "Select a tool from play_music, search_web, get_stock_price, set_alarm for: Ring at 9:45 tomorrow.", Check.Is("set_alarm")),
        new(TaskTypes.ToolSelection, "How many yen are 27 dollars?\nChoose one tool: translate_text, convert_currency, get_weather", Check.Is("convert_currency")),
        new(TaskTypes.ToolSelection, "Tools: set_alarm, search_web, play_music\nRequest: Find pages about token.\nWhich tool fits?", Check.Is("search_web")),
        new(TaskTypes.ToolSelection, "What is think in Spanish?\nChoose one tool: translate_text, create_event, get_weather", Check.Is("translate_text")),

        new(TaskTypes.Summarization, "Summarize: The theater burned down. The bank sold all tickets. Key point: the gym cut its prices.", Check.Is("The gym cut its prices.")),
        new(TaskTypes.Summarization, "What is the key point? Also, the library has a new roof. The factory hired ten people. The main thing: the mill broke a record.", Check.Is("The mill broke a record.")),
        new(TaskTypes.Summarization, "Give a one sentence summary. Besides, the farm broke a record. The museum lost its sign. Above all, the tunnel gets a red door.", Check.Is("The tunnel gets a red door.")),
        new(TaskTypes.Summarization, "Summarize in one sentence: Besides, the harbor burned down. The lab lost the vote. Key point: the shop needs more staff.", Check.Is("The shop needs more staff.")),

        new(TaskTypes.NarrativeGeneration, "Tell me a story about Uma the doctor.", Check.Tells("Uma", "doctor")),
        new(TaskTypes.NarrativeGeneration, "Make up a short story. Hero: Hugo, a dog. Include a shell.", Check.Tells("Hugo", "dog", "shell")),
        new(TaskTypes.NarrativeGeneration, "Make up a short story. Hero: Karl, a cat.", Check.Tells("Karl", "cat")),
        new(TaskTypes.NarrativeGeneration, "Write a short story about a dragon named Marta.", Check.Tells("Marta", "dragon")),

        new(TaskTypes.StructuredOutput, "Return JSON with name, age and city from: In Lyon lives Xena, aged 44.", Check.IsJson("""{"name":"Xena","age":44,"city":"Lyon"}""")),
        new(TaskTypes.StructuredOutput, "Give item, quantity and price as JSON. Text: Please order 57 books for 57 euros.", Check.IsJson("""{"item":"books","quantity":57,"price":57}""")),
        new(TaskTypes.StructuredOutput, "Join the dinner on Thursday, 14:00.\nExtract event, day and time as JSON.", Check.IsJson("""{"event":"dinner","day":"Thursday","time":"14:00"}""")),
        new(TaskTypes.StructuredOutput, "Read the text and output JSON with item and price. Buy 71 phones, price 536 euros.", Check.IsJson("""{"item":"phones","price":536}""")),

        new(TaskTypes.KnowledgeReasoning, "What is 73 - 36?", Check.EndsWith("37")),
        new(TaskTypes.KnowledgeReasoning, "Language of the country that pays with the lira?", Check.EndsWith("Turkish")),
        new(TaskTypes.KnowledgeReasoning, "Which language do people speak in the country with the zloty?", Check.EndsWith("Polish")),
        new(TaskTypes.KnowledgeReasoning, "14 + 84 = ?", Check.EndsWith("98")),
    ];
}
