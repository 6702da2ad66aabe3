namespace HybridLlm.Diagnostics;

/// <summary>The names of attributes and values, in one place because the conventions for generative AI are still moving.</summary>
/// <remarks><c>gen_ai.*</c>, <c>error.*</c> and <c>server.*</c> are OpenTelemetry's semantic conventions 1.41.1; <c>hybridllm.*</c> are our own.</remarks>
internal static class Names
{
    public const string RouterSpan = "hybridllm.route";
    public const string AttemptSpan = "hybridllm.attempt";
    public const string Chat = "chat";

    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string ConversationId = "gen_ai.conversation.id";
    public const string OutputType = "gen_ai.output.type";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string RequestSeed = "gen_ai.request.seed";
    public const string RequestMaxTokens = "gen_ai.request.max_tokens";
    public const string RequestTemperature = "gen_ai.request.temperature";
    public const string RequestTopP = "gen_ai.request.top_p";
    public const string RequestTopK = "gen_ai.request.top_k";
    public const string RequestFrequencyPenalty = "gen_ai.request.frequency_penalty";
    public const string RequestPresencePenalty = "gen_ai.request.presence_penalty";
    public const string RequestStopSequences = "gen_ai.request.stop_sequences";
    public const string ResponseId = "gen_ai.response.id";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseFinishReasons = "gen_ai.response.finish_reasons";
    public const string ResponseTimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string UsageInput = "gen_ai.usage.input_tokens";
    public const string UsageOutput = "gen_ai.usage.output_tokens";
    public const string UsageCacheRead = "gen_ai.usage.cache_read.input_tokens";
    public const string UsageReasoning = "gen_ai.usage.reasoning.output_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string InputMessages = "gen_ai.input.messages";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string SystemInstructions = "gen_ai.system_instructions";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";
    public const string OtherError = "_OTHER";

    public const string Task = "hybridllm.task_type";
    public const string Complexity = "hybridllm.complexity";
    public const string Model = "hybridllm.model";
    public const string Provider = "hybridllm.provider";
    public const string Response = "hybridllm.response.id";
    public const string Stream = "hybridllm.stream";
    public const string Status = "hybridllm.status";
    public const string Attempts = "hybridllm.attempts";
    public const string Routes = "hybridllm.routes";
    public const string Number = "hybridllm.attempt.number";
    public const string Hedge = "hybridllm.attempt.hedge";
    public const string Called = "hybridllm.attempt.called";
    public const string Confidence = "hybridllm.confidence";
    public const string FallbackFrom = "hybridllm.fallback.from";
}
