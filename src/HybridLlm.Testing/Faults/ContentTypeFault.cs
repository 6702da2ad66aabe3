namespace HybridLlm.Testing.Faults;

/// <summary>Sends the right answer under the wrong content type.</summary>
internal sealed class ContentTypeFault(string contentType) : Fault
{
    public override string ToString() => $"{nameof(WrongContentType)} {contentType}";

    internal override string? ShapeContentType(string? original) => contentType;
}
