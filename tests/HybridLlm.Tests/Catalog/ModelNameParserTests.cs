using HybridLlm.Catalog;

namespace HybridLlm.Tests.Catalog;

public class ModelNameParserTests
{
    [Theory]
    [InlineData("qwen2.5-0.5b", "qwen", "2.5", 0.5, null, null, "None")]
    [InlineData("qwen2.5:7b", "qwen", "2.5", 7.0, null, null, "None")]
    [InlineData("qwen2.5:latest", "qwen", "2.5", null, null, null, "None")]
    [InlineData("mistral:7b-instruct-q4_K_M", "mistral", null, 7.0, null, "Q4_K_M", "Instruct")]
    [InlineData("mistral:7b", "mistral", null, 7.0, null, null, "None")]
    [InlineData("Meta-Llama-3.1-8B-Instruct-Q5_K_M.gguf", "llama", "3.1", 8.0, null, "Q5_K_M", "Instruct")]
    [InlineData("gemma-3-1b-it", "gemma", "3", 1.0, null, null, "Instruct")]
    [InlineData("gemma3:4b-it-qat", "gemma", "3", 4.0, null, null, "Instruct")]
    [InlineData("gemma-3n-E4B-it-Q4_K_M.gguf", "gemma", "3n", 4.0, null, "Q4_K_M", "Instruct")]
    [InlineData("google/gemma-2-9b-it", "gemma", "2", 9.0, null, null, "Instruct")]
    [InlineData("Phi-4-mini-instruct", "phi", "4", null, null, null, "Instruct")]
    [InlineData("phi3:3.8b-mini-128k-instruct-fp16", "phi", "3", 3.8, null, "F16", "Instruct")]
    [InlineData("microsoft/Phi-3.5-vision-instruct", "phi", "3.5", null, null, null, "Instruct, Vision")]
    [InlineData("phi4-reasoning:14b", "phi", "4", 14.0, null, null, "Reasoning")]
    [InlineData("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", "llama", "3.2", 3.0, null, "Q4_K_M", "Instruct")]
    [InlineData("hf.co/unsloth/Qwen3-30B-A3B-GGUF:UD-Q4_K_XL", "qwen", "3", 30.0, 3.0, "Q4_K_XL", "None")]
    [InlineData("deepseek-r1:14b-qwen-distill-q4_K_M", "deepseek", "r1", 14.0, null, "Q4_K_M", "Reasoning")]
    [InlineData("DeepSeek-R1-Distill-Llama-8B-Q8_0.gguf", "deepseek", "r1", 8.0, null, "Q8_0", "Reasoning")]
    [InlineData("deepseek-coder-v2:16b-lite-instruct-q4_0", "deepseek", "2", 16.0, null, "Q4_0", "Instruct, Coder")]
    [InlineData("deepseek-ai/DeepSeek-V3.1", "deepseek", "3.1", null, null, null, "None")]
    [InlineData("nomic-embed-text:latest", "nomic-embed", null, null, null, null, "Embedding")]
    [InlineData("text-embedding-nomic-embed-text-v1.5", "text-embedding", "1.5", null, null, null, "Embedding")]
    [InlineData("nomic-embed-text-v1.5.Q8_0.gguf", "nomic-embed", "1.5", null, null, "Q8_0", "Embedding")]
    [InlineData("mxbai-embed-large", "mxbai-embed", null, null, null, null, "Embedding")]
    [InlineData("all-minilm-l6-v2-q8_0.gguf", "all-minilm", "2", null, null, "Q8_0", "Embedding")]
    [InlineData("BAAI/bge-m3", "bge", "m3", null, null, null, "Embedding")]
    [InlineData("BAAI/bge-reranker-v2-m3", "bge", "2", null, null, null, "Embedding")]
    [InlineData("intfloat/multilingual-e5-large-instruct", "e5", null, null, null, null, "Instruct, Embedding")]
    [InlineData("Qwen/Qwen3-Embedding-0.6B", "qwen", "3", 0.6, null, null, "Embedding")]
    [InlineData("granite-embedding:278m", "granite", null, 0.278, null, null, "Embedding")]
    [InlineData("models/gemini-2.0-flash", "gemini", "2.0", null, null, null, "None")]
    [InlineData("smollm2-135m-instruct-q4_1.gguf", "smollm", "2", 0.135, null, "Q4_1", "Instruct")]
    [InlineData("HuggingFaceTB/SmolLM3-3B", "smollm", "3", 3.0, null, null, "None")]
    [InlineData("qwen3-30b-a3b-2507-q4_k_m", "qwen", "3", 30.0, 3.0, "Q4_K_M", "None")]
    [InlineData("Qwen3-235B-A22B-Thinking-2507-FP8", "qwen", "3", 235.0, 22.0, "FP8", "Reasoning")]
    [InlineData("qwen3-coder:30b-a3b-q8_0", "qwen", "3", 30.0, 3.0, "Q8_0", "Coder")]
    [InlineData("Qwen/Qwen2.5-VL-7B-Instruct-AWQ", "qwen", "2.5", 7.0, null, "AWQ", "Instruct, Vision")]
    [InlineData("qwen2.5vl:3b", "qwen", "2.5", 3.0, null, null, "Vision")]
    [InlineData("Qwen2.5-7B-Instruct-1M-GPTQ-Int4", "qwen", "2.5", 7.0, null, "INT4", "Instruct")]
    [InlineData("qwen2.5-7b-instruct@q4_k_m", "qwen", "2.5", 7.0, null, "Q4_K_M", "Instruct")]
    [InlineData("qwen1_5-1_8b-chat-q4_k_s.gguf", "qwen", "1.5", 1.8, null, "Q4_K_S", "Instruct")]
    [InlineData("gpt-oss-20b", "gpt-oss", null, 20.0, null, null, "None")]
    [InlineData("gpt-oss:120b-cloud", "gpt-oss", null, 120.0, null, null, "None")]
    [InlineData("gpt-oss-20b-MXFP4.gguf", "gpt-oss", null, 20.0, null, "MXFP4", "None")]
    [InlineData("gpt-4o-mini", "gpt", "4o", null, null, null, "None")]
    [InlineData("mixtral-8x7b-instruct-v0.1.Q5_0.gguf", "mixtral", "0.1", 46.6667, 12.6, "Q5_0", "Instruct")]
    [InlineData("mixtral:8x22b", "mixtral", null, 146.6667, 39.6, null, "None")]
    [InlineData("Mistral-7B-Instruct-v0.3.Q4_K_M.gguf", "mistral", "0.3", 7.0, null, "Q4_K_M", "Instruct")]
    [InlineData("mistral-nemo:12b-instruct-2407-q6_K", "mistral", "2407", 12.0, null, "Q6_K", "Instruct")]
    [InlineData("Mistral-Small-24B-Instruct-2501-IQ4_XS.gguf", "mistral", "2501", 24.0, null, "IQ4_XS", "Instruct")]
    [InlineData("llama3.2-vision:11b", "llama", "3.2", 11.0, null, null, "Vision")]
    [InlineData("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama", "4", null, 17.0, null, "Instruct")]
    [InlineData("Llama-3_1-Nemotron-51B-Instruct", "llama", "3.1", 51.0, null, null, "Instruct")]
    [InlineData("llama-2-7b-chat.Q2_K.gguf", "llama", "2", 7.0, null, "Q2_K", "Instruct")]
    [InlineData("TinyLlama-1.1B-Chat-v1.0", "tinyllama", "1.0", 1.1, null, null, "Instruct")]
    [InlineData("codellama:34b-code-q4_0", "codellama", null, 34.0, null, "Q4_0", "Coder")]
    [InlineData("starcoder2:3b", "starcoder", "2", 3.0, null, null, "Coder")]
    [InlineData("llava:13b-v1.6-vicuna-q4_K_M", "llava", "1.6", 13.0, null, "Q4_K_M", "Vision")]
    [InlineData("moondream:1.8b", "moondream", null, 1.8, null, null, "Vision")]
    [InlineData("granite3.1-dense:8b", "granite", "3.1", 8.0, null, null, "None")]
    [InlineData("ibm-granite/granite-3.3-8b-base", "granite", "3.3", 8.0, null, null, "Base")]
    [InlineData("command-r7b:7b-12-2024-q4_K_M", "command-r", null, 7.0, null, "Q4_K_M", "None")]
    [InlineData("openhermes2.5-mistral:7b", "openhermes", "2.5", 7.0, null, null, "None")]
    [InlineData("dolphin-mixtral:8x7b", "dolphin", null, 46.6667, 12.6, null, "None")]
    [InlineData("internlm2_5-7b-chat", "internlm", "2.5", 7.0, null, null, "Instruct")]
    [InlineData("kimi-k2:1t-cloud", "kimi", "k2", 1000.0, null, null, "None")]
    [InlineData("GLM-4.5-Air-GGUF/GLM-4.5-Air-Q4_K_M-00001-of-00002.gguf", "glm", "4.5", null, null, "Q4_K_M", "None")]
    [InlineData("C:\\models\\bartowski\\OLMo-2-1124-7B-Instruct-Q4_K_M.gguf", "olmo", "2", 7.0, null, "Q4_K_M", "Instruct")]
    [InlineData("/models/mistral-7b-instruct/ggml-model-q4_0.gguf", "mistral", null, 7.0, null, "Q4_0", "Instruct")]
    [InlineData("models/mistral-7b-q4.gguf", "mistral", null, 7.0, null, "Q4", "None")]
    [InlineData("mlx-community/Mistral-7B-Instruct-v0.3-4bit", "mistral", "0.3", 7.0, null, "4bit", "Instruct")]
    [InlineData("Llama-3.2-1B-Instruct-q4f16_1-MLC", "llama", "3.2", 1.0, null, "Q4F16_1", "Instruct")]
    [InlineData("yi:34b-chat", "yi", null, 34.0, null, null, "Instruct")]
    [InlineData("exaone3.5:2.4b", "exaone", "3.5", 2.4, null, null, "None")]
    [InlineData("/srv/babble-think.gguf", null, null, null, null, null, "None")]
    [InlineData("tiny-fast.gguf", null, null, null, null, null, "None")]
    [InlineData("large", null, null, null, null, null, "None")]
    public void Parse_reads_what_real_names_say(string name, string? family, string? version, double? billions, double? active, string? quantization, string variant)
    {
        var parsed = ModelNameParser.Parse(name);

        Assert.Equal((family, version, quantization, variant), (parsed.Family, parsed.Version, parsed.Quantization, parsed.Variant.ToString()));
        Assert.Equal(billions, Billions(parsed.ParameterCount));
        Assert.Equal(active, Billions(parsed.ActiveParameterCount));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("///")]
    [InlineData(":")]
    [InlineData("-.-_")]
    [InlineData("q")]
    [InlineData("q4_")]
    [InlineData("0b")]
    [InlineData("999999999b")]
    [InlineData("8x")]
    [InlineData("\ud800qwen")]
    public void Parse_takes_anything_for_a_name(string? name) => Assert.Null(ModelNameParser.Parse(name).ActiveParameterCount);

    [Fact]
    public void Parse_never_fails_on_random_names()
    {
        var random = new Random(20_260_101);
        string[] parts = ["qwen", "2.5", "-", "_", ".", ":", "/", "\\", "7b", "a3b", "8x7b", "q4_K_M", "iq2_", "v0.", "16e", "e", "e4b", "gguf", "\u0130", "\ud83d\ude00", "1_", "٣b", "９b", "instruct"];
        for (var i = 0; i < 20_000; i++)
        {
            var name = random.Next(2) == 0
                ? string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]))
                : new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65_536))]);

            var parsed = ModelNameParser.Parse(name);

            Assert.True(parsed.ParameterCount is null or > 0, name);
            Assert.True(parsed.ActiveParameterCount is null or > 0, name);
            Assert.True(parsed.Quantization is null || Quantization.Bits(parsed.Quantization) is > 0 and <= 32, name);
            Assert.Equal(KnownModels.Complete(parsed, name).Family, parsed.Family);
            Assert.InRange(KnownModels.QualityOf(parsed, 4), 0, 1);
            _ = KnownLicenses.Find(parsed, name);
        }
    }

    [Fact]
    public void Parse_reads_only_the_beginning_of_an_endless_name() =>
        Assert.Equal("qwen", ModelNameParser.Parse("qwen" + new string('-', 1_000_000) + "7b").Family);

    private static double? Billions(long? count) => count is null ? null : Math.Round(count.Value / 1e9, 4);
}
