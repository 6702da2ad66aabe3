using HybridLlm.Catalog;

namespace HybridLlm.Tests.Catalog;

public class KnownModelsTests
{
    [Theory]
    [InlineData(RoutingOptions.BuiltInDefaultModel, "Apache-2.0")]
    [InlineData("Mistral-7B-Instruct-v0.3", "Apache-2.0")]
    [InlineData("mistral-nemo:12b", "Apache-2.0")]
    [InlineData("mistral-small:22b", "Mistral Research License")]
    [InlineData("mistral-small3.2:24b", "Apache-2.0")]
    [InlineData("mistral-large:123b", "Mistral Research License")]
    [InlineData("codestral:22b", "Mistral AI Non-Production License")]
    [InlineData("mixtral:8x7b", "Apache-2.0")]
    [InlineData("llama3.2:3b", "Llama 3.2 Community License")]
    [InlineData("Meta-Llama-3.1-8B-Instruct", "Llama 3.1 Community License")]
    [InlineData("llama-2-7b-chat", "Llama 2 Community License")]
    [InlineData("llama:7b", null)]
    [InlineData("qwen2.5:0.5b", "Apache-2.0")]
    [InlineData("qwen2.5:3b", "Qwen Research License")]
    [InlineData("Qwen2.5-Coder-3B-Instruct", "Qwen Research License")]
    [InlineData("qwen2.5:72b", "Qwen License")]
    [InlineData("qwen2.5", null)]
    [InlineData("qwen2:72b", "Tongyi Qianwen License")]
    [InlineData("qwen3:4b", "Apache-2.0")]
    [InlineData("qwen3-max", null)]
    [InlineData("phi3:mini", "MIT")]
    [InlineData("Phi-4-mini-instruct", "MIT")]
    [InlineData("gemma-3-1b-it", "Gemma Terms of Use")]
    [InlineData("gemma-4-e4b-it", "Apache-2.0")]
    [InlineData("deepseek-r1:14b-qwen-distill-q4_K_M", "MIT")]
    [InlineData("deepseek-r1:70b", "MIT; the Llama Community License of the base model applies too")]
    [InlineData("deepseek-r1:8b", null)]
    [InlineData("gpt-oss:20b", "Apache-2.0")]
    [InlineData("smollm2-135m-instruct", "Apache-2.0")]
    [InlineData("command-r:35b", "CC-BY-NC-4.0")]
    [InlineData("nomic-embed-text", "Apache-2.0")]
    [InlineData("gemini-2.0-flash", "Proprietary (hosted service)")]
    [InlineData("dolphin-mistral:7b", null)]
    [InlineData("something-else-7b", null)]
    public void License_is_that_of_family_version_and_size(string name, string? license) =>
        Assert.Equal(license, KnownLicenses.Find(ModelNameParser.Parse(name), name));

    [Theory]
    [InlineData("Phi-4-mini-instruct", 3.8, null)]
    [InlineData("phi4", 14.7, null)]
    [InlineData("mistral:latest", 7.2, null)]
    [InlineData("mistral-nemo", 12.2, null)]
    [InlineData("nomic-embed-text", 0.137, null)]
    [InlineData("Llama-4-Scout-17B-16E-Instruct", 109.0, 17.0)]
    [InlineData("deepseek-r1", 671.0, 37.0)]
    [InlineData("qwen2.5:7b", 7.0, null)]
    [InlineData("unheard-of", null, null)]
    public void Complete_knows_sizes_that_names_leave_out(string name, double? total, double? active)
    {
        var model = KnownModels.Complete(ModelNameParser.Parse(name), name);

        Assert.Equal((total, active), (model.ParameterCount / 1e9, model.ActiveParameterCount / 1e9));
    }

    [Theory]
    [InlineData("nomic-embed-text", LlmFeatures.Embeddings)]
    [InlineData("bge-reranker-v2-m3", LlmFeatures.Embeddings)]
    [InlineData("llava:7b", LlmFeatures.Vision)]
    [InlineData("gemma3:4b", LlmFeatures.Vision | LlmFeatures.Tools)]
    [InlineData("gemma3:1b", LlmFeatures.Tools)]
    [InlineData("llama3.1:8b", LlmFeatures.Tools)]
    [InlineData("llama2:7b", LlmFeatures.None)]
    [InlineData("qwen2.5vl:7b", LlmFeatures.Vision | LlmFeatures.Tools)]
    [InlineData("deepseek-r1:7b", LlmFeatures.Reasoning | LlmFeatures.Tools)]
    [InlineData("gpt-oss:20b", LlmFeatures.Reasoning | LlmFeatures.Tools)]
    [InlineData("granite-3.3-8b-base", LlmFeatures.None)]
    [InlineData("babble", LlmFeatures.Tools)]
    public void Features_are_assumed_from_the_name(string name, LlmFeatures expected)
    {
        const LlmFeatures OfModels = LlmFeatures.Tools | LlmFeatures.Vision | LlmFeatures.Embeddings | LlmFeatures.Reasoning;

        var features = KnownModels.FeaturesOf(ModelNameParser.Parse(name), name);

        Assert.Equal(expected, features & OfModels);
        Assert.Equal(expected != LlmFeatures.Embeddings, features.HasFlag(LlmFeatures.Streaming | LlmFeatures.JsonSchema));
    }

    [Fact]
    public void Quality_rises_and_speed_falls_with_size_and_bits()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var (small, large) = (random.NextInt64(1_000_000, 1_000_000_000_000), random.NextInt64(1_000_000, 1_000_000_000_000));
            (small, large) = (Math.Min(small, large), Math.Max(small, large));
            var (few, many) = (1 + (random.NextDouble() * 15), 16 + (random.NextDouble() * 16));
            ParsedModelName a = new() { ParameterCount = small }, b = new() { ParameterCount = large };

            Assert.True(KnownModels.QualityOf(a, few) <= KnownModels.QualityOf(b, few));
            Assert.True(KnownModels.QualityOf(a, few) <= KnownModels.QualityOf(a, many));
            Assert.True(KnownModels.SpeedOf(a, few) >= KnownModels.SpeedOf(b, few));
            Assert.True(KnownModels.SpeedOf(a, few) >= KnownModels.SpeedOf(a, many));
            Assert.InRange(KnownModels.QualityOf(b, few), 0, 1);
            Assert.InRange(KnownModels.SpeedOf(b, few), 0, 1);

            // Experts: worse than as large a dense model, better than a dense one of the active part, and as fast as that.
            var experts = new ParsedModelName { ParameterCount = large, ActiveParameterCount = small };
            Assert.True(KnownModels.QualityOf(experts, few) <= KnownModels.QualityOf(b, few));
            Assert.True(KnownModels.QualityOf(experts, few) >= KnownModels.QualityOf(a, few));
            Assert.Equal(KnownModels.SpeedOf(a, few), KnownModels.SpeedOf(experts, few));
        }
    }

    [Theory]
    [InlineData("qwen2.5:0.5b", 0.25, 0.78)]
    [InlineData("mistral:7b", 0.55, 0.49)]
    [InlineData("llama3.3:70b", 0.78, 0.24)]
    [InlineData("who-knows", 0.5, 0.5)]
    [InlineData("gemini-2.0-flash", 0.85, 0.7)]
    public void Priors_are_what_the_page_says(string name, double quality, double speed)
    {
        var model = ModelNameParser.Parse(name);

        Assert.Equal((quality, speed), (Math.Round(KnownModels.QualityOf(model, Quantization.UsualBits), 2), Math.Round(KnownModels.SpeedOf(model, Quantization.UsualBits), 2)));
    }
}
