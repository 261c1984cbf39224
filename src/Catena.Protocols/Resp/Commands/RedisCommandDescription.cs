using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>Writes what COMMAND, COMMAND INFO and COMMAND DOCS answer about one command, in the shape of Redis 7.</summary>
/// <remarks>The caller writes what stands around it: an array of entries, and for DOCS a map from names to entries.</remarks>
public static class RedisCommandDescription
{
    private static readonly (RedisCommandFlags Flag, string Word)[] FlagWords =
    [
        (RedisCommandFlags.Write, "write"),
        (RedisCommandFlags.ReadOnly, "readonly"),
        (RedisCommandFlags.DenyOom, "denyoom"),
        (RedisCommandFlags.Admin, "admin"),
        (RedisCommandFlags.PubSub, "pubsub"),
        (RedisCommandFlags.NoScript, "noscript"),
        (RedisCommandFlags.Loading, "loading"),
        (RedisCommandFlags.Stale, "stale"),
        (RedisCommandFlags.Fast, "fast"),
        (RedisCommandFlags.SkipSlowLog, "skip_slowlog"),
        (RedisCommandFlags.NoAuth, "no_auth"),
        (RedisCommandFlags.NoAsyncLoading, "no_async_loading"),
        (RedisCommandFlags.NoMulti, "no_multi"),
        (RedisCommandFlags.AllowBusy, "allow_busy"),
    ];

    /// <summary>Writes an entry of COMMAND INFO: ten elements, from the name to the list of subcommands.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="command">The command.</param>
    public static void WriteInfo(RespWriter writer, RedisCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        writer.WriteArrayHeader(10);
        writer.WriteBulk(command.NameBytes.Span);
        writer.WriteInteger(command.Arity);
        WriteWords(writer, FlagsOf(command));
        writer.WriteInteger(command.FirstKey);
        writer.WriteInteger(command.LastKey);
        writer.WriteInteger(command.KeyStep);
        WriteWords(writer, CategoriesOf(command));
        writer.WriteSetHeader(command.Tips.Length);
        foreach (var tip in command.Tips)
        {
            writer.WriteBulk(tip);
        }

        WriteKeySpecifications(writer, command);
        if (command.Subcommands.Length == 0)
        {
            writer.WriteSetHeader(0);
            return;
        }

        writer.WriteArrayHeader(command.Subcommands.Length);
        foreach (var subcommand in command.Subcommands)
        {
            WriteInfo(writer, subcommand);
        }
    }

    /// <summary>Writes an entry of COMMAND DOCS, without the name: what the command does and since when.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="command">The command.</param>
    public static void WriteDocs(RespWriter writer, RedisCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        writer.WriteMapHeader(3);
        writer.WriteBulk("summary"u8);
        writer.WriteBulk(command.Summary);
        writer.WriteBulk("since"u8);
        writer.WriteBulk(command.Since);
        writer.WriteBulk("group"u8);
        writer.WriteBulk(command.Group);
    }

    /// <summary>Writes what a command does to one of its keys, as COMMAND GETKEYSANDFLAGS tells it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="command">The command.</param>
    /// <param name="index">The index of the key among the arguments.</param>
    public static void WriteKeyAccess(RespWriter writer, RedisCommand command, int index)
    {
        ArgumentNullException.ThrowIfNull(command);
        WriteWords(writer, command.KeySpecifications.Last(specification => specification.First <= index).Access);
    }

    private static void WriteKeySpecifications(RespWriter writer, RedisCommand command)
    {
        writer.WriteSetHeader(command.KeySpecifications.Length);
        foreach (var specification in command.KeySpecifications)
        {
            WriteKeySpecification(writer, specification);
        }
    }

    private static void WriteKeySpecification(RespWriter writer, RedisKeySpecification specification)
    {
        writer.WriteMapHeader(specification.Note is null ? 3 : 4);
        if (specification.Note is { } note)
        {
            writer.WriteBulk("notes"u8);
            writer.WriteBulk(note);
        }

        writer.WriteBulk("flags"u8);
        WriteWords(writer, specification.Access);
        writer.WriteBulk("begin_search"u8);
        writer.WriteMapHeader(2);
        writer.WriteBulk("type"u8);
        writer.WriteBulk("index"u8);
        writer.WriteBulk("spec"u8);
        writer.WriteMapHeader(1);
        writer.WriteBulk("index"u8);
        writer.WriteInteger(specification.First);
        writer.WriteBulk("find_keys"u8);
        writer.WriteMapHeader(2);
        writer.WriteBulk("type"u8);
        writer.WriteBulk("range"u8);
        writer.WriteBulk("spec"u8);
        writer.WriteMapHeader(3);
        writer.WriteBulk("lastkey"u8);
        writer.WriteInteger(specification.Last);
        writer.WriteBulk("keystep"u8);
        writer.WriteInteger(specification.Step);
        writer.WriteBulk("limit"u8);
        writer.WriteInteger(0);
    }

    private static List<string> FlagsOf(RedisCommand command)
    {
        var words = new List<string>();
        foreach (var (flag, word) in FlagWords)
        {
            if ((command.Flags & flag) != 0)
            {
                words.Add(word);
            }
        }

        return words;
    }

    /// <summary>The categories of access control that a command belongs to, each with its <c>@</c>.</summary>
    /// <param name="command">The command.</param>
    public static IReadOnlyList<string> CategoriesOf(RedisCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var words = new List<string>();
        var isContainer = command.Subcommands.Length > 0;
        var concernsKeys = (command.Group == "generic" && command.Id != RedisCommandId.Wait && !isContainer)
            || command.Id is RedisCommandId.DbSize or RedisCommandId.FlushAll or RedisCommandId.FlushDb or RedisCommandId.SwapDb;
        var isForAdministrators = (command.Flags & RedisCommandFlags.Admin) != 0 || command.Id is RedisCommandId.LastSave or RedisCommandId.Role;
        Add(concernsKeys, "@keyspace");
        Add((command.Flags & RedisCommandFlags.ReadOnly) != 0, "@read");
        Add(command.IsWrite, "@write");
        Add(command.Group is "string" or "bitmap", "@" + command.Group);
        Add((command.Flags & RedisCommandFlags.PubSub) != 0, "@pubsub");
        Add(isForAdministrators, "@admin");
        words.Add((command.Flags & RedisCommandFlags.Fast) != 0 ? "@fast" : "@slow");
        Add(isForAdministrators || (command.Flags & RedisCommandFlags.Dangerous) != 0, "@dangerous");
        var concernsConnection = (command.Group is "connection" or "cluster" && command.Id is not (RedisCommandId.Client or RedisCommandId.Cluster))
            || command.Id is RedisCommandId.Command or RedisCommandId.Wait;
        Add(concernsConnection, "@connection");
        Add(command.Group == "transactions", "@transaction");
        return words;

        void Add(bool applies, string word)
        {
            if (applies)
            {
                words.Add(word);
            }
        }
    }

    private static void WriteWords(RespWriter writer, IReadOnlyList<string> words)
    {
        writer.WriteSetHeader(words.Count);
        foreach (var word in words)
        {
            writer.WriteSimpleString(Encoding.ASCII.GetBytes(word));
        }
    }
}
