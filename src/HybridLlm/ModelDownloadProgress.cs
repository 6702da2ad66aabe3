namespace HybridLlm;

/// <summary>How far the download of a model is.</summary>
/// <param name="Status">What the backend is doing, in its own words.</param>
/// <param name="CompletedBytes">How many bytes are there, those of earlier tries included.</param>
/// <param name="TotalBytes">How many bytes there will be, as far as the backend knows by now: backends that fetch file after file know more with each.</param>
public sealed record ModelDownloadProgress(string Status, long CompletedBytes, long TotalBytes)
{
    /// <summary>Gets the completed part, 0 to 1; 0 while nothing is known.</summary>
    public double Fraction => TotalBytes > 0 ? Math.Clamp((double)CompletedBytes / TotalBytes, 0, 1) : 0;
}
