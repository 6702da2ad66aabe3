using System.Text.Json;
using System.Text.Json.Serialization;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Client;

/// <summary>Answers in the shape of a type.</summary>
public sealed class TypedAnswerTests
{
    private static readonly JsonSerializerOptions Shapes = new(ShapesContext.Default.Options);

    [Theory]
    [InlineData("""{"Name":"Oslo","People":700000}""")]
    [InlineData("Here it is:\n```json\n{\"Name\":\"Oslo\",\"People\":700000}\n```\nAnything else?")]
    public async Task An_object_is_asked_for_by_its_schema_and_found_between_words(string answer)
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, answer), Updates.End());

        var response = await routes.Client.GenerateAsync<City>(Request(), TwoRoutes.Token);

        Assert.Equal(new City("Oslo", 700_000), response.Value);
        var format = Assert.IsType<ChatResponseFormatJson>(routes.A.Requests.Single().Options!.ResponseFormat);
        Assert.Equal("City", format.SchemaName);
        Assert.Contains("People", format.Schema!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_travels_in_an_object_because_backends_want_one_at_the_root()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, """{"value":[1,2,3]}"""), Updates.End());

        var response = await routes.Client.GenerateAsync<int[]>(Request(), TwoRoutes.Token);

        Assert.Equal([1, 2, 3], response.Value);
    }

    [Theory]
    [InlineData("I would rather not.", "no JSON")]
    [InlineData("""{"Name":"Oslo","People":"many"}""", "City")]
    [InlineData("""{"Name":"Oslo","Peo""", "not a City")]
    public async Task An_answer_that_does_not_fit_is_a_failure_of_its_model_and_the_next_one_answers(string answer, string reason)
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, answer), Updates.End());
        routes.B.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, """{"Name":"Bergen","People":1}"""), Updates.End());

        var response = await routes.Client.GenerateAsync<City>(Request(), TwoRoutes.Token);

        Assert.Equal("Bergen", response.Value.Name);
        var attempt = response.Trace.Attempts[0];
        Assert.Equal((OutcomeStatus.Failed, ProviderErrorKind.InvalidResponse), (attempt.Status, attempt.Error));
        Assert.Contains(reason, attempt.Reason, StringComparison.Ordinal);
        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").Successes);
    }

    [Fact]
    public async Task When_no_answer_fits_the_exception_lists_what_each_model_gave()
    {
        await using var routes = new TwoRoutes(o => o.Resilience.Retry.MaxRetries = 0);
        routes.A.OnStream = _ => Updates.Of("no");
        routes.B.OnStream = _ => Updates.Of("none");

        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.Client.GenerateAsync<City>(Request(), TwoRoutes.Token));

        Assert.Equal(["a", "b"], exception.Trace.Attempts.Select(a => a.Model));
    }

    private static LlmRequest Request() => new("Which city?", "general") { SerializerOptions = Shapes };
}

internal sealed record City(string Name, int People);

[JsonSerializable(typeof(City))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class ShapesContext : JsonSerializerContext;
