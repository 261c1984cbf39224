using System.CommandLine;
using System.Globalization;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Data;

/// <summary>The command <c>catena del</c>.</summary>
internal static class DeleteCommand
{
    private static readonly Argument<string[]> Keys = new("key") { Description = "What to remove.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly NodeAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "del",
            "Removes keys, each by itself, and prints how many were there.",
            new("catena del greeting", "one key"),
            new("catena del a b c", "three; those that are absent do not matter"))
        {
            Keys, Json,
        };
        Access.AddTo(command);
        command.SetAction(parsed => Access.Run(parsed, client => Run(parsed, client)));
        return command;
    }

    private static int Run(ParseResult parsed, RespClient client)
    {
        var removed = 0L;
        foreach (var key in parsed.GetRequiredValue(Keys))
        {
            removed += client.Ask("DEL", Encoding.UTF8.GetBytes(key)).Integer;
        }

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("removed", removed);
                json.WriteEndObject();
            });
        }
        else
        {
            output.WriteLine(removed.ToString(CultureInfo.InvariantCulture));
        }

        return ExitCode.Ok;
    }
}
