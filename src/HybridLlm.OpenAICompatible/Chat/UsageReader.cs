using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads token counts.</summary>
internal static class UsageReader
{
    internal static UsageDetails? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var usage = new UsageDetails();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                reader.Read();
                usage.InputTokenCount = JsonRead.Long(ref reader);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                reader.Read();
                usage.OutputTokenCount = JsonRead.Long(ref reader);
            }
            else if (reader.ValueTextEquals("total_tokens"u8))
            {
                reader.Read();
                usage.TotalTokenCount = JsonRead.Long(ref reader);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("completion_tokens_details"u8))
            {
                reader.Read();
                ReadDetails(ref reader, usage);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return usage;
    }

    private static void ReadDetails(ref Utf8JsonReader reader, UsageDetails usage)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("cached_tokens"u8))
            {
                reader.Read();
                usage.CachedInputTokenCount = JsonRead.Long(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning_tokens"u8))
            {
                reader.Read();
                usage.ReasoningTokenCount = JsonRead.Long(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
