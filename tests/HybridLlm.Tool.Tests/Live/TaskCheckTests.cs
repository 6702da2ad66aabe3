using System.Text.Json;
using HybridLlm.Tool.Live;

namespace HybridLlm.Tool.Tests.Live;

public sealed class TaskCheckTests
{
    [Theory]
    [InlineData("exact", "\"Hindi\"", " hindi. ", true)]
    [InlineData("exact", "\"Hindi\"", "It is Hindi", false)]
    [InlineData("exact_cs", "\"Cloud Lose\"", "Cloud Lose\n", true)]
    [InlineData("exact_cs", "\"Cloud Lose\"", "cloud lose", false)]
    [InlineData("ends_with", "\"25\"", "10-5=5, 9-6-1=2, 25", true)]
    [InlineData("ends_with", "\"25\"", "The answer is 125", false)]
    [InlineData("ends_with", "\"Turkish\"", "lira -> Turkey -> Turkish.", true)]
    [InlineData("ends_with", "\"5\"", "1.5", false)]
    [InlineData("json_equal", "{\"a\": 57, \"b\": \"x\"}", "{\"b\":\"x\",\"a\":57.0}", true)]
    [InlineData("json_equal", "{\"a\": 57}", "{\"a\": \"57\"}", false)]
    [InlineData("json_equal", "{\"a\": 57}", "Here: {\"a\": 57}", false)]
    public void An_answer_is_held_against_its_value(string kind, string value, string answer, bool passes) =>
        Assert.Equal(passes, new TaskCheck(kind, Json(value)).Passes(answer));

    [Theory]
    [InlineData("Karl ran. Karl sat. Karl slept. A cat did. The end.", true)]
    [InlineData("Karl ran. Karl sat. A cat did. The end.", false)]
    [InlineData("Karl ran. Karl Karl sat. A cat did. The end.", false)]
    [InlineData("Karl ran. Karl sat. Karl slept. A cat did.", false)]
    [InlineData("Karl ran. Karl sat. Karl slept. Cats did. The end.", false)]
    public void A_story_keeps_to_its_rules(string story, bool passes)
    {
        var rules = Json("""{"must": ["cat", "Karl"], "name": "Karl", "min_name": 3, "min_sentences": 3, "max_sentences": 6, "ends": "The end."}""");

        Assert.Equal(passes, new TaskCheck("story", rules).Passes(story));
    }

    [Theory]
    [InlineData("regex", "\"x\"")]
    [InlineData("exact", "7")]
    [InlineData("story", "{}")]
    public void A_check_that_makes_no_sense_says_so(string kind, string value) =>
        Assert.Throws<FormatException>(() => new TaskCheck(kind, Json(value)).Passes("x"));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
