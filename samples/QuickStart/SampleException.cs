namespace QuickStart;

/// <summary>The sample cannot go on; the message says what to do about it.</summary>
internal sealed class SampleException(string message) : Exception(message);
