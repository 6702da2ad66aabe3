using HybridLlm.Selection.Rules;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class RoutingRuleTests
{
    [Fact]
    public async Task A_rule_that_prefers_adds_its_confidence_and_is_named()
    {
        var scene = new Scene(Model("a", 0.9), Model("b", 0.5)).Rule("taskType == 'template'", "b", confidence: 0.6, description: "templates are quick work");

        var plan = await scene.PlanAsync(TaskTypes.Template);

        Assert.Equal(["b", "a"], plan.Names());
        Assert.Equal(0.6, plan.Routes[0].Score.Rule);
        Assert.Contains("templates are quick work", plan.Routes[0].Note, StringComparison.Ordinal);
        Assert.Equal(0, plan.Routes[1].Score.Rule);
        Assert.Equal(["a", "b"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task A_rule_that_requires_keeps_all_others_off_and_names_itself()
    {
        var scene = new Scene(Model("a", 0.9), Model("b")).Rule("metadata.tenant == 'acme'", "b", RuleEffect.Require);

        var plan = await scene.PlanAsync(new LlmRequest("hello") { Metadata = new Dictionary<string, string> { ["tenant"] = "acme" } });

        Assert.Equal(["b"], plan.Names());
        Assert.Equal(RejectionReason.ExcludedByRule, plan.RejectionOf("a").Reason);
        Assert.Contains("metadata.tenant == 'acme'", plan.RejectionOf("a").Detail, StringComparison.Ordinal);
        Assert.Contains("required", plan.Routes[0].Note, StringComparison.Ordinal);
        Assert.Equal(2, (await scene.PlanAsync()).Routes.Count);
    }

    [Fact]
    public async Task A_rule_that_denies_keeps_its_target_off_even_when_nothing_else_is_left()
    {
        var scene = new Scene(Model("a", 0.9), Model("b")).Rule("true", "local", RuleEffect.Deny);

        var plan = await scene.PlanAsync();

        Assert.Empty(plan.Routes);
        Assert.All(plan.Rejected, rejected => Assert.Equal(RejectionReason.ExcludedByRule, rejected.Reason));
    }

    [Fact]
    public async Task Hard_rules_hold_for_a_model_that_the_request_names()
    {
        var scene = new Scene(Model("a") with { Fallbacks = ["b"] }, Model("b")).Rule("true", "a", RuleEffect.Deny);

        Assert.Equal(["b"], (await scene.PlanAsync(new LlmRequest("hello") { Model = "a" })).Names());
    }

    [Fact]
    public async Task Hard_rules_add_up()
    {
        var scene = new Scene(Model("a") with { Tags = ["local", "strong"] }, Model("b") with { Tags = ["local"] }, Model("c") with { Tags = ["strong"] })
            .Rule("true", "local", RuleEffect.Require).Rule("true", "strong", RuleEffect.Require);
        scene.Catalog = new([.. scene.Catalog.Models.Select(model => model with { Provider = "here" })]);

        Assert.Equal(["a"], (await scene.PlanAsync()).Names());
    }

    [Theory]
    [InlineData("B", "b")]
    [InlineData("bee", "b")]
    [InlineData("remote", "c,d")]
    [InlineData("STRONG", "a,d")]
    [InlineData("nobody", "")]
    public async Task A_target_is_a_model_an_alias_a_provider_or_a_tag(string target, string preferred)
    {
        var scene = new Scene(
            Model("a") with { Tags = ["strong"] },
            Model("b") with { Aliases = ["bee"] },
            Model("c") with { Provider = "Remote" },
            Model("d") with { Provider = "remote", Tags = ["strong", "b"] })
            .Rule("true", target);

        var plan = await scene.PlanAsync();

        Assert.Equal(preferred, string.Join(',', plan.Routes.Where(route => route.Score.Rule > 0).Select(route => route.Model.Name)));
    }

    [Fact]
    public async Task Of_several_rules_that_prefer_a_model_the_one_of_the_highest_priority_counts()
    {
        var scene = new Scene(Model("a"))
            .Rule("true", "a", confidence: 0.1, description: "early").Rule("true", "a", confidence: 0.3, priority: 5, description: "urgent")
            .Rule("true", "a", confidence: 0.5, priority: 5, description: "late").Rule("false", "a", priority: 9, description: "silent");

        var route = (await scene.PlanAsync()).Routes[0];

        Assert.Equal(0.3, route.Score.Rule);
        Assert.Contains("urgent", route.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_understood_is_an_error_and_not_ignored() =>
        await Assert.ThrowsAsync<RuleException>(() => new Scene(Model("a")).Rule("taskType = 'x'", "a").PlanAsync());

    [Fact]
    public async Task More_rules_than_usual_are_all_tried()
    {
        var scene = new Scene(Model("a"), Model("b"));
        for (var i = 0; i < 200; i++)
        {
            scene.Rule(i == 199 ? "true" : "false", "b");
        }

        Assert.Equal(["b", "a"], (await scene.PlanAsync()).Names());
    }
}
