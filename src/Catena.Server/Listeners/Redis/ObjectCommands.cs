using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>OBJECT and its subcommands.</summary>
internal static class ObjectCommands
{
    private static readonly string[] HelpLines =
    [
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.",
        "HELP",
        "    Prints this help.",
    ];

    /// <summary>Names the handler.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(RedisCommandId.Object, CommandClass.Read, Dispatch);

    /// <summary>What is wrong with a request's subcommand: an error to answer, or null where it is good.</summary>
    /// <param name="request">The request.</param>
    public static byte[]? WhyNot(RespRequest request)
    {
        var name = request[1];
        var isHelp = Ascii.EqualsIgnoreCase(name, "HELP"u8);
        if (!isHelp && FormOf(name) is null)
        {
            return RespErrors.UnknownSubcommand(RedisCommandTable.Get(RedisCommandId.Object), name);
        }

        return request.Count == (isHelp ? 2 : 3) ? null : RespErrors.WrongArgumentCount("object|" + Encoding.ASCII.GetString(name).ToLowerInvariant());
    }

    private static IReplyForm? FormOf(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "ENCODING"u8) ? ObjectForm.Encoding
        : Ascii.EqualsIgnoreCase(name, "REFCOUNT"u8) ? ObjectForm.References
        : Ascii.EqualsIgnoreCase(name, "IDLETIME"u8) ? ObjectForm.Idleness
        : Ascii.EqualsIgnoreCase(name, "FREQ"u8) ? new ExistenceForm(RespErrors.NoFrequencies)
        : null;

    private static void Dispatch(RedisConnection connection, RespRequest request)
    {
        if (WhyNot(request) is { } error)
        {
            connection.ReplyError(error);
        }
        else if (FormOf(request[1]) is not { } form)
        {
            Help(connection);
        }
        else if (connection.TryPlace(request[2], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Get, Slot = slot, Key = request[2] }, form);
        }
    }

    private static void Help(RedisConnection connection)
    {
        var writer = connection.Begin();
        writer.WriteArrayHeader(HelpLines.Length);
        foreach (var line in HelpLines)
        {
            writer.WriteSimpleString(Encoding.ASCII.GetBytes(line));
        }

        connection.End();
    }
}
