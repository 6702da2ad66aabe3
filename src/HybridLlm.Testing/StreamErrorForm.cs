namespace HybridLlm.Testing;

/// <summary>The form in which an error comes inside a stream of status 200.</summary>
public enum StreamErrorForm
{
    /// <summary>As the backend does it, with or without the end marker.</summary>
    Backend,

    /// <summary>A <c>data:</c> event with an <c>error</c> object, and no end marker.</summary>
    Data,

    /// <summary>An event of the type <c>error</c> (<c>event: error</c>), as LM Studio does it, and no end marker.</summary>
    ErrorEvent,

    /// <summary>A field named <c>error:</c>, which is no SSE, as llama-server did it until late 2025; the end marker follows.</summary>
    ErrorField,
}
