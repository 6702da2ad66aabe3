using HybridLlm.Catalog;

namespace HybridLlm.Tests.Catalog;

public class QuantizationTests
{
    [Fact]
    public void Bits_rise_in_the_order_that_llama_cpp_states()
    {
        string[] kinds =
            ["IQ1_M", "TQ2_0", "IQ2_XS", "Q2_K_S", "Q2_K", "IQ3_XS", "Q3_K_S", "Q3_K_M", "Q3_K_L", "IQ4_XS", "Q4_0", "Q4_K_S", "Q4_K_M", "Q4_1", "Q5_0", "Q5_K_M", "Q5_1", "Q6_K", "Q8_0", "F16", "F32"];

        var bits = kinds.Select(kind => Quantization.Bits(kind)!.Value).ToArray();

        Assert.Equal(bits.Order(), bits);
    }

    [Theory]
    [InlineData("4bit", 4.5)]
    [InlineData(" q4_k_m ", 4.84)]
    [InlineData("bf16", 16.0)]
    [InlineData("MXFP4", 4.25)]
    [InlineData("Q8_0", 8.5)]
    [InlineData("unknown", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("quite good", null)]
    public void Bits_are_known_for_known_spellings_alone(string? quantization, double? expected) =>
        Assert.Equal(expected, Quantization.Bits(quantization) is { } bits ? Math.Round(bits, 4) : null);
}
