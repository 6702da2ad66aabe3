using Microsoft.Extensions.Configuration;

namespace HybridLlm.Tests.Configuration;

/// <summary>A provider type that reads options of its own and rejects a context of less than 128 tokens.</summary>
internal sealed class FakeProviderFactory(string type) : LlmProviderFactory<FakeProviderOptions>
{
    public override string Type { get; } = type;

    protected override FakeProviderOptions Read(IConfigurationSection section) => section.Get<FakeProviderOptions>() ?? new();

    protected override void Validate(FakeProviderOptions options, IConfigurationErrors errors)
    {
        if (options.ContextSize < 128)
        {
            errors.Add(nameof(options.ContextSize), options.ContextSize, "Write 128 or more.");
        }
    }

    protected override ILlmProvider Create(ProviderContext context, FakeProviderOptions options) =>
        throw new InvalidOperationException("These tests only read options.");
}
