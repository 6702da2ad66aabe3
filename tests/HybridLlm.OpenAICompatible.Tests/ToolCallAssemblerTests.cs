using HybridLlm.OpenAICompatible.Chat;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class ToolCallAssemblerTests
{
    [Fact]
    public void Pieces_belong_together_by_index()
    {
        var calls = Assemble([[new(0, "a", "f", "{\"x\"")], [new(1, "b", "g", "{}")], [new(0, null, null, ":1}")]]);

        Assert.Equal([("a", "f", "x=1"), ("b", "g", "")], calls);
    }

    [Fact]
    public void Without_an_index_pieces_belong_to_the_last_call_until_the_id_changes()
    {
        var calls = Assemble([[new(null, "a", "f", "{")], [new(null, null, null, "}")], [new(null, "a", "f", "")], [new(null, "b", "f", "{}")]]);

        Assert.Equal([("a", "f", ""), ("b", "f", "")], calls);
    }

    [Fact]
    public void The_same_index_with_another_id_is_another_call()
    {
        var calls = Assemble([[new(0, "a", "f", "{\"x\":1}"), new(0, "b", "f", "{\"x\":2}")]]);

        Assert.Equal([("a", "f", "x=1"), ("b", "f", "x=2")], calls);
    }

    [Fact]
    public void Two_whole_calls_in_one_event_without_index_and_id_are_two()
    {
        var calls = new ToolCallAssembler();
        calls.Add([new(null, null, "f", "{}"), new(null, null, "f", "{}")]);

        var taken = calls.Take();

        Assert.Equal(2, taken.Count);
        Assert.NotEqual(taken[0].CallId, taken[1].CallId);
        Assert.False(calls.HasCalls);
    }

    [Theory]
    [InlineData("{\"x\":")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    public void Arguments_that_are_no_object_are_kept_with_the_reason(string arguments)
    {
        var calls = new ToolCallAssembler();
        calls.Add([new(0, "a", "f", arguments)]);

        var call = Assert.Single(calls.Take());

        Assert.NotNull(call.Exception);
        Assert.Null(call.Arguments);
        Assert.Equal(arguments, call.RawRepresentation);
    }

    private static IEnumerable<(string Id, string Name, string Arguments)> Assemble(List<ToolCallFragment>[] events)
    {
        var calls = new ToolCallAssembler();
        foreach (var fragments in events)
        {
            calls.Add(fragments);
        }

        return calls.Take().Select(call => (call.CallId, call.Name, string.Join(",", call.Arguments!.Select(pair => $"{pair.Key}={pair.Value}"))));
    }
}
