using System.CommandLine;
using System.Globalization;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Data;

/// <summary>The command <c>catena put</c>.</summary>
internal static class PutCommand
{
    private static readonly Argument<string> Key = new("key") { Description = "What to write." };
    private static readonly Argument<string> Value = new("value") { Description = "The value; - reads it from the standard input, byte by byte." };

    private static readonly Option<TimeSpan?> Ttl = new("--ttl")
    {
        Description = "How long the key lives. [default: for ever]",
        HelpName = "duration",
        CustomParser = result =>
        {
            if (Durations.TryParse(result.Tokens[0].Value, out var duration))
            {
                return duration;
            }

            result.AddError($"--ttl '{result.Tokens[0].Value}' is no length of time; write 40ms, 2.5s, 1m or 1h.");
            return null;
        },
    };

    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly NodeAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "put",
            "Writes one key. Done means that every member of the key's partition has it.",
            new("catena put greeting hello", "a short value"),
            new("catena put picture - < picture.png", "the bytes of a file"),
            new("catena put session abc --ttl 30m", "a key that goes away by itself"))
        {
            Key, Value, Ttl, Json,
        };
        Access.AddTo(command);
        command.SetAction(parsed => Access.Run(parsed, client => Run(parsed, client)));
        return command;
    }

    private static int Run(ParseResult parsed, RespClient client)
    {
        var key = Encoding.UTF8.GetBytes(parsed.GetRequiredValue(Key));
        var value = parsed.GetRequiredValue(Value) is var text && text == "-" ? ReadInput() : Encoding.UTF8.GetBytes(text);
        if (parsed.GetValue(Ttl) is { } ttl)
        {
            var milliseconds = Math.Max(1, (long)ttl.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            client.Ask("SET", key, value, "PX"u8.ToArray(), Encoding.ASCII.GetBytes(milliseconds));
        }
        else
        {
            client.Ask("SET", key, value);
        }

        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(parsed.InvocationConfiguration.Output, json =>
            {
                json.WriteStartObject();
                json.WriteBytes("key", key);
                json.WriteBoolean("written", true);
                json.WriteEndObject();
            });
        }

        return ExitCode.Ok;
    }

    private static byte[] ReadInput()
    {
        using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
