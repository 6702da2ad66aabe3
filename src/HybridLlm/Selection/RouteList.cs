using System.Collections;
using System.Numerics;

namespace HybridLlm.Selection;

/// <summary>The routes of a plan, packed: of the scores only the parts that any of them has. An entry is put together when it is read.</summary>
/// <remarks>Plans are made for every request and kept in its trace, and mostly only their first route is read; packed they are half the size.</remarks>
internal sealed class RouteList : IReadOnlyList<Route>
{
    private readonly ModelEntry[] _models;
    private readonly int[] _order;
    private readonly double[] _values;
    private readonly RouteParts _parts;
    private readonly int _width;
    private string?[]? _notes;

    /// <param name="models">The models that the routes refer to by position.</param>
    /// <param name="count">How many routes there will be.</param>
    /// <param name="parts">The parts that are not zero in every score.</param>
    public RouteList(ModelEntry[] models, int count, RouteParts parts)
    {
        _models = models;
        _order = new int[count];
        _parts = parts;
        _width = BitOperations.PopCount((uint)parts);
        // Every entry is written before the list is read.
        _values = GC.AllocateUninitializedArray<double>(count * _width);
    }

    /// <inheritdoc/>
    public int Count => _order.Length;

    /// <inheritdoc/>
    public Route this[int index] => new(ModelAt(index), ScoreAt(index), _notes?[index]);

    /// <summary>Gets the model of a route.</summary>
    public ModelProfile ModelAt(int index) => _models[_order[index]].Model;

    /// <summary>Finds the parts of a score that are not zero, beside those that nearly every score has.</summary>
    public static RouteParts PartsOf(in RouteScore score) =>
        If(score.Speed, RouteParts.Speed) | If(score.Throughput, RouteParts.Throughput) | If(score.Preference, RouteParts.Preference)
        | If(score.Rule, RouteParts.Rule) | If(score.AccuracyBoost, RouteParts.AccuracyBoost) | If(score.SmallModel, RouteParts.SmallModel)
        | If(score.Cost, RouteParts.Cost) | If(score.Memory, RouteParts.Memory);

    /// <summary>Writes a route.</summary>
    public void Set(int index, int model, in RouteScore score, string? note)
    {
        _order[index] = model;
        if (note is not null)
        {
            (_notes ??= new string?[_order.Length])[index] = note;
        }

        var values = _values.AsSpan(index * _width, _width);
        Put(RouteParts.Quality, score.Quality, ref values);
        Put(RouteParts.Success, score.Success, ref values);
        Put(RouteParts.Speed, score.Speed, ref values);
        Put(RouteParts.Throughput, score.Throughput, ref values);
        Put(RouteParts.Preference, score.Preference, ref values);
        Put(RouteParts.Rule, score.Rule, ref values);
        Put(RouteParts.AccuracyBoost, score.AccuracyBoost, ref values);
        Put(RouteParts.SmallModel, score.SmallModel, ref values);
        Put(RouteParts.Cost, score.Cost, ref values);
        Put(RouteParts.Memory, score.Memory, ref values);
        Put(RouteParts.Evidence, Pack(score), ref values);
    }

    /// <inheritdoc/>
    public IEnumerator<Route> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static RouteParts If(double value, RouteParts part) => value != 0 ? part : RouteParts.None;

    // Values are read in the order in which they are written.
    private RouteScore ScoreAt(int index)
    {
        ReadOnlySpan<double> values = _values.AsSpan(index * _width, _width);
        return new()
        {
            Quality = Take(RouteParts.Quality, ref values),
            Success = Take(RouteParts.Success, ref values),
            Speed = Take(RouteParts.Speed, ref values),
            Throughput = Take(RouteParts.Throughput, ref values),
            Preference = Take(RouteParts.Preference, ref values),
            Rule = Take(RouteParts.Rule, ref values),
            AccuracyBoost = Take(RouteParts.AccuracyBoost, ref values),
            SmallModel = Take(RouteParts.SmallModel, ref values),
            Cost = Take(RouteParts.Cost, ref values),
            Memory = Take(RouteParts.Memory, ref values),
            Evidence = FirstOf(values[0]),
            ExpectedMs = SecondOf(values[0]),
        };
    }

    // How much evidence and how long are for people to read, so that seven digits of each are enough and both fit one place, which every route has.
    private static double Pack(in RouteScore score) => BitConverter.UInt64BitsToDouble(
        ((ulong)BitConverter.SingleToUInt32Bits((float)score.ExpectedMs) << 32) | BitConverter.SingleToUInt32Bits((float)score.Evidence));

    private static double FirstOf(double packed) => BitConverter.UInt32BitsToSingle((uint)BitConverter.DoubleToUInt64Bits(packed));

    private static double SecondOf(double packed) => BitConverter.UInt32BitsToSingle((uint)(BitConverter.DoubleToUInt64Bits(packed) >> 32));

    private void Put(RouteParts part, double value, ref Span<double> values)
    {
        if ((_parts & part) != 0)
        {
            values[0] = value;
            values = values[1..];
        }
    }

    private double Take(RouteParts part, ref ReadOnlySpan<double> values)
    {
        if ((_parts & part) == 0)
        {
            return 0;
        }

        var value = values[0];
        values = values[1..];
        return value;
    }
}
