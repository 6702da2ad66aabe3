using System.Diagnostics;

namespace HybridLlm.Diagnostics;

/// <summary>Handles activities that begin in one flow of control and end in another.</summary>
internal static class Spans
{
    /// <summary>Stops an activity. That makes its parent current, which is right only where the activity itself was.</summary>
    public static void Stop(Activity activity)
    {
        var current = Activity.Current;
        activity.Stop();
        if (current != activity)
        {
            Activity.Current = current;
        }
    }
}
