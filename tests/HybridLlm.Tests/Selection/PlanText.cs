namespace HybridLlm.Tests.Selection;

/// <summary>Reads plans the way tests speak of them.</summary>
internal static class PlanText
{
    public static string[] Names(this RoutePlan plan) => [.. plan.Routes.Select(route => route.Model.Name)];

    public static Route RouteOf(this RoutePlan plan, string model) => plan.Routes.Single(route => route.Model.Name == model);

    public static RejectedModel RejectionOf(this RoutePlan plan, string model) => plan.Rejected.Single(rejected => rejected.Model.Name == model);
}
