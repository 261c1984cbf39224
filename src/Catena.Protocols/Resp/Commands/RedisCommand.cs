using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>What is known of one command without running it: how many arguments it takes, which are keys, and what it may do.</summary>
public sealed class RedisCommand
{
    internal RedisCommand(
        RedisCommandId id, int arity, RedisCommandFlags flags, string group, string since, string summary, string? name = null)
    {
        Id = id;
        Arity = arity;
        Flags = flags;
        Group = group;
        Since = since;
        Summary = summary;
        Name = name ?? id.ToString().ToLowerInvariant();
        NameBytes = Encoding.ASCII.GetBytes(Name);
    }

    /// <summary>The command, to switch on.</summary>
    public RedisCommandId Id { get; }

    /// <summary>The name in lower case, as COMMAND prints it.</summary>
    public string Name { get; }

    /// <summary>The bytes of <see cref="Name" />.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; }

    /// <summary>The exact number of arguments with the name, or as a negative number the least.</summary>
    public int Arity { get; }

    /// <summary>What the command does.</summary>
    public RedisCommandFlags Flags { get; }

    /// <summary>The index of the first key, or 0 if there are no keys.</summary>
    public int FirstKey { get; private init; }

    /// <summary>The index of the last key; -1 is the last argument.</summary>
    public int LastKey { get; private init; }

    /// <summary>From one key to the next.</summary>
    public int KeyStep { get; private init; }

    /// <summary>What the command does to which of its keys.</summary>
    internal RedisKeySpecification[] KeySpecifications { get; private init; } = [];

    /// <summary>The commands that a container holds; none for all others.</summary>
    internal RedisCommand[] Subcommands { get; private init; } = [];

    /// <summary>Hints for clients that split requests over nodes.</summary>
    internal string[] Tips { get; private init; } = [];

    /// <summary>The chapter of the manual: string, generic, connection, server, cluster, pubsub, scripting or transactions.</summary>
    public string Group { get; }

    /// <summary>The version of Redis that brought the command.</summary>
    public string Since { get; }

    /// <summary>What the command does, in one line.</summary>
    public string Summary { get; }

    /// <summary>Whether the command may change data.</summary>
    public bool IsWrite => (Flags & RedisCommandFlags.Write) != 0;

    /// <summary>Whether the command takes this many arguments, its name among them.</summary>
    /// <param name="count">The number of arguments of a request.</param>
    public bool Accepts(int count) => Arity >= 0 ? count == Arity : count >= -Arity;

    /// <summary>Whether what stands at the places of keys is something else that has a slot: a sharded channel.</summary>
    public bool HasNoKeys => FirstKey == 0 || KeySpecifications is [{ Access: ["not_key"] }];

    /// <summary>Which arguments of a request are keys.</summary>
    /// <param name="count">The number of the request's arguments; one that the command accepts.</param>
    public RedisKeyRange KeysOf(int count)
    {
        if (FirstKey == 0 || count <= FirstKey)
        {
            return default;
        }

        var last = LastKey < 0 ? count + LastKey : LastKey;
        return new RedisKeyRange(FirstKey, ((last - FirstKey) / KeyStep) + 1, KeyStep);
    }

    /// <summary>Prints the name.</summary>
    public override string ToString() => Name;

    /// <summary>The command that a request names: this one, or the subcommand that its second argument names.</summary>
    /// <param name="name">The argument after the command's name; empty where it is missing.</param>
    /// <returns>Null where a container has no such subcommand.</returns>
    public RedisCommand? Resolve(ReadOnlySpan<byte> name)
    {
        if (Subcommands.Length == 0)
        {
            return this;
        }

        foreach (var subcommand in Subcommands)
        {
            if (Ascii.EqualsIgnoreCase(subcommand.NameBytes.Span[(Name.Length + 1)..], name))
            {
                return subcommand;
            }
        }

        return null;
    }

    internal RedisCommand WithKeys(int first, int last, int step, params string[] access) =>
        WithKeys(first, last, step, new RedisKeySpecification(first, last < 0 ? last : last - first, step, access));

    internal RedisCommand WithKeys(int first, int last, int step, params RedisKeySpecification[] specifications) =>
        new(Id, Arity, Flags, Group, Since, Summary, Name)
        {
            FirstKey = first,
            LastKey = last,
            KeyStep = step,
            KeySpecifications = specifications,
            Tips = Tips,
            Subcommands = Subcommands,
        };

    internal RedisCommand WithTips(params string[] tips) =>
        new(Id, Arity, Flags, Group, Since, Summary, Name)
        {
            FirstKey = FirstKey,
            LastKey = LastKey,
            KeyStep = KeyStep,
            KeySpecifications = KeySpecifications,
            Tips = tips,
            Subcommands = Subcommands,
        };

    internal RedisCommand WithSubcommands(params RedisCommand[] subcommands) =>
        new(Id, Arity, Flags, Group, Since, Summary, Name)
        {
            Tips = Tips,
            Subcommands = subcommands,
        };
}
