using System.Globalization;

namespace HybridLlm.Configuration.Binding;

/// <summary>What may be written for one option, how that is said to people, and how a text and a value are held to it.</summary>
internal sealed class ValueRule
{
    private readonly Func<string, bool> _converts;
    private readonly Func<object, bool> _allows;

    private ValueRule(string remedy, Func<string, bool> converts, Func<object, bool> allows)
    {
        Remedy = remedy;
        _converts = converts;
        _allows = allows;
    }

    /// <summary>Gets true or false.</summary>
    public static ValueRule Flag { get; } = new("Write true or false.", text => bool.TryParse(text, out _), _ => true);

    /// <summary>Gets any text.</summary>
    public static ValueRule AnyText { get; } = new("Write a text.", _ => true, _ => true);

    /// <summary>Gets what to write instead of a bad value, in a sentence.</summary>
    public string Remedy { get; }

    /// <summary>Makes a rule for a text that is not empty and stands on one line.</summary>
    public static ValueRule Text(string what, string example) => new(
        $"Write {what}, such as \"{example}\", or leave it out.",
        _ => true,
        value => value is string text && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl));

    public static ValueRule Integer(int minimum, int maximum, int example) => new(
        maximum == int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"Write a whole number of {minimum} or more, such as {example}.")
            : string.Create(CultureInfo.InvariantCulture, $"Write a whole number from {minimum:N0} to {maximum:N0}, such as {example}."),
        text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        value => Convert.ToInt32(value, CultureInfo.InvariantCulture) is var number && number >= minimum && number <= maximum);

    /// <summary>Makes a rule for a number. NaN and the infinities never pass.</summary>
    public static ValueRule Number(double minimum, double maximum, double example, bool aboveMinimum = false) => new(
        aboveMinimum
            ? string.Create(CultureInfo.InvariantCulture, $"Write a number above {minimum:N0} and up to {maximum:N0}, such as {example}.")
            : string.Create(CultureInfo.InvariantCulture, $"Write a number from {minimum:N0} to {maximum:N0}, such as {example}."),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        value => Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number
            && (aboveMinimum ? number > minimum : number >= minimum) && number <= maximum);

    public static ValueRule Duration(TimeSpan minimum, TimeSpan maximum, TimeSpan example) => new(
        $"Write a time from {Show(minimum)} to {Show(maximum)} as [days.]hours:minutes:seconds, such as \"{Show(example)}\"; a bare number would mean days.",
        text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _),
        value => value is TimeSpan time && time >= minimum && time <= maximum);

    public static ValueRule Choice<TEnum>()
        where TEnum : struct, Enum => new(
        $"Write one of {string.Join(", ", Enum.GetNames<TEnum>())}.",
        text => Enum.TryParse<TEnum>(text, ignoreCase: true, out _),
        value => Enum.IsDefined((TEnum)value));

    /// <summary>Shows a time the way the configuration takes it, without zeros that say nothing.</summary>
    public static string Show(TimeSpan time)
    {
        var text = time.ToString("c", CultureInfo.InvariantCulture);
        var fraction = text.LastIndexOf('.');
        return fraction > text.LastIndexOf(':') ? text.TrimEnd('0') : text;
    }

    /// <summary>Says whether a text of the configuration converts to the option's type.</summary>
    public bool Converts(string text) => _converts(text);

    /// <summary>Says whether a value lies in the option's range.</summary>
    public bool Allows(object value) => _allows(value);
}
