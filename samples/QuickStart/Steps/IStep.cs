namespace QuickStart.Steps;

/// <summary>A part of the tour.</summary>
internal interface IStep
{
    /// <summary>Shows it.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
