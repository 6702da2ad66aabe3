using System.Buffers.Binary;
using System.Text;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Reads what the encoder needs of a GGUF file, version 3: its vocabulary and its tensors.</summary>
internal sealed class GgufFile
{
    private const uint Magic = 0x46554747;
    private const uint Version = 3;
    private const int Alignment = 32;
    private const string TokensKey = "tokenizer.ggml.tokens";

    private readonly byte[] _file;
    private readonly Dictionary<string, (long[] Dimensions, int Type, long Offset)> _tensors = new(StringComparer.Ordinal);
    private readonly long _dataStart;
    private int _at;

    public GgufFile(byte[] file)
    {
        _file = file;
        if (UInt32() != Magic || UInt32() != Version)
        {
            throw new InvalidDataException("The encoder's weights are not a GGUF file of version 3.");
        }

        var tensors = checked((int)UInt64());
        var keys = checked((int)UInt64());
        for (var i = 0; i < keys; i++)
        {
            var key = Text();
            var type = (ValueType)UInt32();
            if (key == TokensKey)
            {
                Tokens = Texts(type);
            }
            else
            {
                Skip(type);
            }
        }

        for (var i = 0; i < tensors; i++)
        {
            var name = Text();
            var dimensions = new long[UInt32()];
            for (var d = 0; d < dimensions.Length; d++)
            {
                dimensions[d] = (long)UInt64();
            }

            _tensors[name] = (dimensions, (int)UInt32(), (long)UInt64());
        }

        _dataStart = (_at + Alignment - 1) / Alignment * Alignment;
    }

    private enum ValueType
    {
        Byte = 0,
        SByte = 1,
        UInt16 = 2,
        Int16 = 3,
        UInt32 = 4,
        Int32 = 5,
        Single = 6,
        Boolean = 7,
        Text = 8,
        Array = 9,
        UInt64 = 10,
        Int64 = 11,
        Double = 12,
    }

    /// <summary>Gets the vocabulary.</summary>
    public string[] Tokens { get; } = [];

    /// <summary>Gets a tensor as numbers, row after row.</summary>
    public float[] Floats(string name)
    {
        var (values, type, bytes) = Find(name);
        var result = new float[values];
        if (type == QuantizedRows.Type)
        {
            QuantizedRows.Expand(bytes, result);
            return result;
        }

        if (type != 0)
        {
            throw new InvalidDataException($"The tensor '{name}' is of type {type}, which is not known.");
        }

        for (var i = 0; i < result.Length; i++)
        {
            result[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return result;
    }

    /// <summary>Gets a tensor as it is stored.</summary>
    public QuantizedRows Quantized(string name, int width)
    {
        var (_, type, bytes) = Find(name);
        return type == QuantizedRows.Type
            ? new(bytes.ToArray(), width)
            : throw new InvalidDataException($"The tensor '{name}' is of type {type} instead of {QuantizedRows.Type}.");
    }

    private ReadOnlyTensor Find(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new InvalidDataException($"The encoder's weights lack the tensor '{name}'.");
        }

        var values = checked((int)tensor.Dimensions.Aggregate(1L, (product, dimension) => product * dimension));
        var length = tensor.Type == QuantizedRows.Type ? values / QuantizedRows.BlockLength * QuantizedRows.BlockBytes : values * sizeof(float);
        return new(values, tensor.Type, _file.AsSpan(checked((int)(_dataStart + tensor.Offset)), length));
    }

    private string[] Texts(ValueType type)
    {
        if (type != ValueType.Array || (ValueType)UInt32() != ValueType.Text)
        {
            throw new InvalidDataException("The encoder's vocabulary is not a list of texts.");
        }

        var texts = new string[checked((int)UInt64())];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text();
        }

        return texts;
    }

    private void Skip(ValueType type)
    {
        switch (type)
        {
            case ValueType.Text:
                Take(checked((int)UInt64()));
                break;
            case ValueType.Array:
                var of = (ValueType)UInt32();
                for (var left = UInt64(); left > 0; left--)
                {
                    Skip(of);
                }

                break;
            case ValueType.Byte or ValueType.SByte or ValueType.Boolean:
                Take(1);
                break;
            case ValueType.UInt16 or ValueType.Int16:
                Take(2);
                break;
            case ValueType.UInt32 or ValueType.Int32 or ValueType.Single:
                Take(4);
                break;
            default:
                Take(8);
                break;
        }
    }

    private string Text() => Encoding.UTF8.GetString(Take(checked((int)UInt64())));

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _file.Length - _at)
        {
            throw new InvalidDataException("The encoder's weights end too early.");
        }

        var part = _file.AsSpan(_at, length);
        _at += length;
        return part;
    }

    private readonly ref struct ReadOnlyTensor(int values, int type, ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public void Deconstruct(out int values1, out int type1, out ReadOnlySpan<byte> bytes1)
        {
            values1 = values;
            type1 = type;
            bytes1 = _bytes;
        }
    }
}
