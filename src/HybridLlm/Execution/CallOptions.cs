using HybridLlm.Experiments;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Makes the options of a call: the caller's, then those of an experiment's variant, of task and model, of the model, and the defaults.</summary>
internal static class CallOptions
{
    /// <summary>Makes the options of a call.</summary>
    /// <param name="request">The request; its own options are never changed.</param>
    /// <param name="model">The model that is called.</param>
    /// <param name="plan">What the request is, and which variant it gets.</param>
    /// <param name="defaults">What nobody else says.</param>
    public static ChatOptions For(LlmRequest request, ModelProfile model, RoutePlan plan, GenerationParameters defaults)
    {
        var options = RoutingHints.WithoutHints(request.Options);
        options.ModelId = model.ModelId;
        if (plan.Experiment is { } experiment)
        {
            VariantRequest.ApplyTo(options, experiment, model);
        }

        if (model.Tasks.TryGetValue(plan.Profile.TaskType, out var preset))
        {
            preset.Parameters.ApplyTo(options);
        }

        model.Parameters.ApplyTo(options);
        defaults.ApplyTo(options);
        return options;
    }
}
