using System.Text.Json;
using System.Text.RegularExpressions;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>The instance that a simulator makes of a schema, asked for as a user does: over the wire.</summary>
public sealed class SchemaInstanceTests : SimulatorTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{\"const\":{\"a\":[1]}}", "{\"a\":[1]}")]
    [InlineData("{\"enum\":[\"red\",\"green\"]}", "\"red\"")]
    [InlineData("{\"type\":[\"null\",\"string\"]}", "null")]
    [InlineData("{\"type\":\"boolean\"}", "true")]
    [InlineData("{\"type\":\"string\",\"minLength\":6}", "\"textxx\"")]
    [InlineData("{\"type\":\"string\",\"maxLength\":2}", "\"te\"")]
    [InlineData("{\"type\":\"string\",\"format\":\"date\"}", "\"2030-01-01\"")]
    [InlineData("{\"type\":\"integer\"}", "1")]
    [InlineData("{\"type\":\"integer\",\"minimum\":2.5}", "3")]
    [InlineData("{\"type\":\"integer\",\"exclusiveMinimum\":7}", "8")]
    [InlineData("{\"type\":\"integer\",\"maximum\":-4}", "-4")]
    [InlineData("{\"type\":\"integer\",\"minimum\":4,\"multipleOf\":5}", "5")]
    [InlineData("{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":0.1}", "0.05")]
    [InlineData("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "[]")]
    [InlineData("{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":2}", "[1,1]")]
    [InlineData("{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}", "[\"text\",1]")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"integer\"},\"a\":{\"type\":\"string\"},\"c\":{}},\"required\":[\"a\",\"b\",\"d\"]}", "{\"b\":1,\"a\":\"text\",\"d\":\"x\"}")]
    [InlineData("{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}", "1")]
    [InlineData("{\"oneOf\":[{\"$ref\":\"#/$defs/x\"}],\"$defs\":{\"x\":{\"const\":5}}}", "5")]
    [InlineData("{\"allOf\":[{\"properties\":{\"a\":{\"const\":1}},\"required\":[\"a\"]},{\"properties\":{\"b\":{\"const\":2}},\"required\":[\"b\"]}]}", "{\"a\":1,\"b\":2}")]
    [InlineData("{\"$ref\":\"#/definitions/a~1b\",\"definitions\":{\"a/b\":{\"type\":\"boolean\"}}}", "true")]
    public async Task An_instance_obeys_the_keywords(string schema, string expected) => Assert.Equal(expected, await MakeAsync(schema));

    [Fact]
    public async Task A_schema_that_needs_itself_ends()
    {
        const string Tree = "{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/$defs/node\"}},\"required\":[\"next\"]}}}";

        Assert.StartsWith("{\"next\":{\"next\":", await MakeAsync(Tree), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^[A-Z]{3}-\\d{4}$")]
    [InlineData("^(foo|bar)+\\.txt$")]
    [InlineData("^\\+?[0-9]{2,4}(?:\\s[a-z]+)?$")]
    [InlineData("^[^a-z]x*y{0,2}\\w\\S$")]
    [InlineData("^#[0-9a-fA-F]{6}$")]
    [InlineData("^$")]
    public async Task A_pattern_is_matched(string pattern)
    {
        var made = JsonElement.Parse(await MakeAsync($"{{\"type\":\"string\",\"pattern\":{JsonEncodedText.Encode(pattern).ToString().Quote()}}}")).GetString()!;

        Assert.Matches(new Regex(pattern, RegexOptions.CultureInvariant), made);
    }

    private static async Task<string> MakeAsync(string schema)
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        var request = RawClient.Post("/v1/chat/completions", $"{{\"messages\":[],\"response_format\":{{\"type\":\"json_schema\",\"json_schema\":{{\"schema\":{schema}}}}}}}");
        var response = await RawClient.ExchangeAsync(server.Endpoint, request, Token);
        return JsonElement.Parse(response.Body).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }
}

internal static class QuoteExtensions
{
    public static string Quote(this string text) => $"\"{text}\"";
}
