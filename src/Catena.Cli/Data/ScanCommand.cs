using System.CommandLine;
using System.Globalization;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Data;

/// <summary>The command <c>catena scan</c>.</summary>
internal static class ScanCommand
{
    private static readonly Argument<string> Pattern = new("pattern")
    {
        Description = "Which keys, with *, ? and [a-z] as in Redis.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "*",
    };

    private static readonly Option<int> Limit = Ranges.Option("--limit", "How many keys at most; 0 for all.", 0, 0, int.MaxValue);
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly NodeAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "scan",
            "Prints the keys of the whole cluster, a line each, in no order. Keys that are written meanwhile may be there or not.",
            new("catena scan", "every key"),
            new("catena scan 'user:*' --limit 10", "ten keys of one kind"),
            new("catena scan --json", "an array, for a script"))
        {
            Pattern, Limit, Json,
        };
        Access.AddTo(command);
        command.SetAction(parsed => Access.Run(parsed, client => Run(parsed, client)));
        return command;
    }

    private static int Run(ParseResult parsed, RespClient client)
    {
        var output = parsed.InvocationConfiguration.Output;
        var pattern = parsed.GetRequiredValue(Pattern);
        var limit = parsed.GetValue(Limit) is > 0 and var some ? some : int.MaxValue;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartArray();
                Walk(client, pattern, limit, key => json.WriteBytes(key));
                json.WriteEndArray();
            });
        }
        else
        {
            Walk(client, pattern, limit, key => output.WriteLine(BytesText.Printable(key)));
        }

        return ExitCode.Ok;
    }

    private static void Walk(RespClient client, string pattern, int limit, Action<ReadOnlySpan<byte>> found)
    {
        var cursor = "0"u8.ToArray();
        ReadOnlyMemory<byte> match = Encoding.UTF8.GetBytes(pattern);
        ReadOnlyMemory<byte> count = Encoding.ASCII.GetBytes(Math.Min(limit, 1000).ToString(CultureInfo.InvariantCulture));
        var told = 0;
        do
        {
            var reply = client.Ask("SCAN", cursor, "MATCH"u8.ToArray(), match, "COUNT"u8.ToArray(), count).GetEnumerator();
            if (!reply.MoveNext())
            {
                throw new InvalidDataException("an answer to SCAN without a cursor");
            }

            cursor = reply.Current.Bytes.ToArray();
            if (!reply.MoveNext())
            {
                throw new InvalidDataException("an answer to SCAN without keys");
            }

            foreach (var key in reply.Current)
            {
                if (told++ == limit)
                {
                    return;
                }

                found(key.Bytes);
            }
        }
        while (!cursor.AsSpan().SequenceEqual("0"u8));
    }
}
