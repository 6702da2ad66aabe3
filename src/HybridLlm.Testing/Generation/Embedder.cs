namespace HybridLlm.Testing.Generation;

/// <summary>
/// Makes embeddings out of the words of a text: the same text has the same vector in every run, texts that share words lie
/// closer than texts that share none, and every vector has the length one.
/// </summary>
internal static class Embedder
{
    public static float[] Embed(string text, int dimensions)
    {
        var vector = new double[dimensions];
        foreach (var piece in Tokenizer.Split(text))
        {
            // A generator of our own, seeded by the token: System.Random may change from one runtime to the next.
            var state = (ulong)Tokenizer.Id(piece) + 0x9E3779B97F4A7C15UL;
            for (var i = 0; i < dimensions; i++)
            {
                vector[i] += Next(ref state);
            }
        }

        var length = Math.Sqrt(vector.Sum(static value => value * value));
        return Array.ConvertAll(vector, value => (float)(length == 0 ? 0 : value / length));
    }

    private static double Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return ((mixed ^ (mixed >> 31)) / (double)ulong.MaxValue * 2) - 1;
    }
}
