using System.CommandLine;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Data;

/// <summary>The command <c>catena get</c>.</summary>
internal static class GetCommand
{
    private static readonly Argument<string[]> Keys = new("key") { Description = "What to read.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly NodeAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "get",
            "Prints the value of each key, a line each. A key that is absent makes the exit code 1.",
            new("catena get greeting", "one value"),
            new("catena get greeting farewell --json", "two, with their keys, for a script"),
            new("catena get greeting --node 10.0.0.5:7101", "from a cluster elsewhere"))
        {
            Keys, Json,
        };
        Access.AddTo(command);
        command.SetAction(parsed => Access.Run(parsed, client => Run(parsed, client)));
        return command;
    }

    private static int Run(ParseResult parsed, RespClient client)
    {
        var configuration = parsed.InvocationConfiguration;
        var values = parsed.GetRequiredValue(Keys).Select(key => (Key: key, Value: Read(client, key))).ToList();
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(configuration.Output, json =>
            {
                json.WriteStartArray();
                foreach (var (key, value) in values)
                {
                    json.WriteStartObject();
                    json.WriteString("key", key);
                    if (value is null)
                    {
                        json.WriteNull("value");
                    }
                    else
                    {
                        json.WriteBytes("value", value);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
        else
        {
            foreach (var (key, value) in values)
            {
                (value is null ? configuration.Error : configuration.Output).WriteLine(
                    value is null ? $"catena: {key} is absent" : BytesText.Printable(value));
            }
        }

        return values.TrueForAll(pair => pair.Value is not null) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static byte[]? Read(RespClient client, string key)
    {
        var reply = client.Ask("GET", Encoding.UTF8.GetBytes(key));
        return reply.IsNull ? null : reply.Bytes.ToArray();
    }
}
