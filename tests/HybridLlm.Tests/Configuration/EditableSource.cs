using Microsoft.Extensions.Configuration;

namespace HybridLlm.Tests.Configuration;

/// <summary>A source whose whole content can be replaced while the application runs, as a file's can.</summary>
internal sealed class EditableSource : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Replace(params (string Key, string? Value)[] values)
    {
        Data = values.ToDictionary(StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
