namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What provider packages hang their registrations on. Returned by <c>AddHybridLlm</c>.</summary>
public interface IHybridLlmBuilder
{
    /// <summary>Gets the application's services.</summary>
    IServiceCollection Services { get; }
}
