using System.CommandLine;
using System.Globalization;

namespace Catena.Cli.CommandLine;

/// <summary>Options that take a whole number between two limits.</summary>
internal static class Ranges
{
    /// <summary>An option with a default.</summary>
    public static Option<int> Option(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => standard };
        Limit(option, least, most);
        return option;
    }

    /// <summary>An option that may be left out.</summary>
    public static Option<int?> Optional(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "number" };
        Limit(option, least, most);
        return option;
    }

    private static void Limit(Option option, int least, int most) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && (value < least || value > most))
            {
                result.AddError($"{option.Name} {value} is out of range: {least} to {most}.");
            }
        }
    });
}
