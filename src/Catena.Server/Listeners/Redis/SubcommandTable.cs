using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>The subcommands of one command: finds them by name, holds their arity, and prints them as HELP.</summary>
internal sealed class SubcommandTable
{
    private readonly RedisCommand _command;
    private readonly List<Entry> _entries = [];

    /// <summary>A table that has HELP only.</summary>
    /// <param name="command">The command.</param>
    public SubcommandTable(RedisCommandId command) => _command = RedisCommandTable.Get(command);

    /// <summary>The command.</summary>
    public RedisCommandId Command => _command.Id;

    /// <summary>Adds a subcommand.</summary>
    /// <param name="name">Its name in capitals.</param>
    /// <param name="arity">The exact number of arguments with both names, or as a negative number the least.</param>
    /// <param name="arguments">Its arguments, as HELP shows them; empty for none.</param>
    /// <param name="help">What it does.</param>
    /// <param name="handler">What answers it.</param>
    /// <returns>The table.</returns>
    public SubcommandTable Add(string name, int arity, string arguments, string help, RedisHandler handler)
    {
        _entries.Add(new Entry(name, Encoding.ASCII.GetBytes(name), $"{_command.Name}|{name.ToLowerInvariant()}", arity, arguments, help, handler));
        return this;
    }

    /// <summary>What answers the command without a subcommand; null where that is no request.</summary>
    public RedisHandler? Bare { get; init; }

    /// <summary>The full name of the subcommand that a request names, as in <c>config|get</c>; null where there is none.</summary>
    /// <param name="request">The request, of two arguments or more.</param>
    public string? FullNameOf(RespRequest request) => Find(request[1])?.FullName;

    /// <summary>What is wrong with a request's subcommand: an error to answer, or null where it is good.</summary>
    /// <param name="request">The request.</param>
    public byte[]? WhyNot(RespRequest request)
    {
        if (request.Count == 1 && Bare is not null)
        {
            return null;
        }

        if (Find(request[1]) is { } entry)
        {
            var isGood = entry.Arity >= 0 ? request.Count == entry.Arity : request.Count >= -entry.Arity;
            return isGood ? null : RespErrors.WrongArgumentCount(entry.FullName);
        }

        return !Ascii.EqualsIgnoreCase(request[1], "HELP"u8) ? RespErrors.UnknownSubcommand(_command, request[1])
            : request.Count > 2 ? RespErrors.WrongArgumentCount($"{_command.Name}|help")
            : null;
    }

    /// <summary>Answers a request of the command.</summary>
    /// <param name="connection">Where it came from.</param>
    /// <param name="request">The request.</param>
    public void Dispatch(RedisConnection connection, RespRequest request)
    {
        if (WhyNot(request) is { } error)
        {
            connection.ReplyError(error);
        }
        else if (request.Count == 1)
        {
            Bare!(connection, request);
        }
        else if (Find(request[1]) is { } entry)
        {
            entry.Handler(connection, request);
        }
        else
        {
            Help(connection);
        }
    }

    private Entry? Find(ReadOnlySpan<byte> name)
    {
        foreach (var entry in _entries)
        {
            if (Ascii.EqualsIgnoreCase(name, entry.NameBytes))
            {
                return entry;
            }
        }

        return null;
    }

    private void Help(RedisConnection connection)
    {
        List<string> lines = [$"{_command.Name.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"];
        foreach (var entry in _entries)
        {
            lines.Add($"{entry.Name} {entry.Arguments}".TrimEnd());
            lines.Add($"    {entry.Help}");
        }

        lines.AddRange(["HELP", "    Prints this help."]);
        var writer = connection.Begin();
        writer.WriteArrayHeader(lines.Count);
        foreach (var line in lines)
        {
            writer.WriteSimpleString(Encoding.ASCII.GetBytes(line));
        }

        connection.End();
    }

    private sealed record Entry(string Name, byte[] NameBytes, string FullName, int Arity, string Arguments, string Help, RedisHandler Handler);
}
