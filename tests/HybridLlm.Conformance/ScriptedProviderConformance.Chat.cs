using System.Globalization;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <content>Answers that a script makes difficult.</content>
public abstract partial class ScriptedProviderConformance
{
    private const string Unicode = "Grüße, 日本語, 👩‍👩‍👧 und 𝄞: naïve café.";

    [Fact]
    public async Task A_stream_brings_in_pieces_what_the_whole_answer_is()
    {
        Simulator.Replies.Default = static _ => new() { Pieces = ["One", " two", " three", "."] };

        var updates = await StreamAsync("Count.");
        var whole = await AskAsync("Count.", streamed: false);

        Assert.Equal(["One", " two", " three", "."], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Equal("One two three.", whole.Text);
        Assert.Single(updates, update => update.FinishReason is not null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_ends_before_a_stop_sequence(bool streamed)
    {
        Simulator.Replies.Enqueue("One two three four five.");

        var response = await AskAsync("Count.", streamed, new() { StopSequences = [" four"] });

        Assert.Equal(("One two three", ChatFinishReason.Stop), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Characters_that_are_split_over_packets_come_whole(bool streamed)
    {
        Simulator.Replies.Enqueue(Unicode);
        Simulator.Faults.Always(Fault.SplitEveryByte());

        Assert.Equal(Unicode, (await AskAsync(Unicode, streamed)).Text);
        Assert.Contains(Unicode, LastPrompt(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_of_a_megabyte_comes_whole_in_one_token(bool streamed)
    {
        Simulator.Faults.Always(Fault.HugeToken(1024 * 1024));

        Assert.Equal(new string('x', 1024 * 1024), (await AskAsync("Say it.", streamed)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_of_a_megabyte_comes_whole_in_a_thousand_pieces(bool streamed)
    {
        string[] pieces = [.. Enumerable.Range(0, 1024).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{i:0000}").PadRight(1024, '.'))];
        Simulator.Replies.Enqueue(new() { Pieces = pieces });

        Assert.Equal(string.Concat(pieces), (await AskAsync("Say it.", streamed)).Text);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_get_each_their_own_answer()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => (await AskAsync($"I am number {i}.", streamed: i % 2 == 0)).Text));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"You said: I am number {i}."), texts);
        await Simulator.WaitForActiveRequestsAsync(0, Deadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_tool_calls_of_one_answer_are_told_apart(bool streamed)
    {
        Need(LlmFeatures.Tools);
        Simulator.Replies.Enqueue(new() { ToolCalls = [new("get_weather", """{"city":"Oslo"}"""), new("get_weather", """{"city":"Bergen"}""")] });

        var response = await AskAsync("What is the weather?", streamed, new() { Tools = [Weather] });

        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["Oslo", "Bergen"], calls.Select(call => call.Arguments!["city"]!.ToString()));
        Assert.Equal(2, calls.Select(call => call.CallId).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_call_with_broken_arguments_says_so(bool streamed)
    {
        Need(LlmFeatures.Tools);
        Assert.SkipWhen(ArgumentsAreObjects, "The backend parses arguments itself; broken ones do not get here.");
        Simulator.Replies.Enqueue(new() { ToolCalls = [new("get_weather", """{"city":"Os""")] });

        var response = await AskAsync("What is the weather?", streamed, new() { Tools = [Weather] });

        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.NotNull(call.Exception);
    }

    private string LastPrompt()
    {
        var messages = Simulator.Requests.Last(request => request.IsGeneration).Json().GetProperty("messages");
        return messages[messages.GetArrayLength() - 1].GetProperty("content").GetString()!;
    }
}
