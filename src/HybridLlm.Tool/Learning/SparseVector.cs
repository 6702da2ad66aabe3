namespace HybridLlm.Tool.Learning;

/// <summary>The numbers of a text that are not zero.</summary>
/// <param name="Ids">The features.</param>
/// <param name="Values">The number of each.</param>
internal readonly record struct SparseVector(int[] Ids, float[] Values);
