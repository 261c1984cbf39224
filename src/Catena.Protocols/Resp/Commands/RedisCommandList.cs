using static Catena.Protocols.Resp.Commands.RedisCommandFlags;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The facts about each command: those that Redis 7.0 prints for the same name, so that clients route alike.</summary>
internal static class RedisCommandList
{
    private const string Access = "access";
    private const string Update = "update";
    private const string Delete = "delete";
    private const string Insert = "insert";
    private const string AllShards = "request_policy:all_shards";
    private const string MultiShard = "request_policy:multi_shard";
    private const string AllSucceeded = "response_policy:all_succeeded";
    private const string Sum = "response_policy:agg_sum";
    private const string Nondeterministic = "nondeterministic_output";
    private const string NondeterministicOrder = "nondeterministic_output_order";
    private const RedisCommandFlags AnyTime = NoScript | Loading | Stale | Fast | NoAuth | AllowBusy;

    /// <summary>All commands, each at the index that is its id.</summary>
    public static RedisCommand[] Create()
    {
        RedisCommand[] commands =
        [
            .. Connection(), .. Strings(), .. Bits(), .. Keyspace(), .. WholeKeys(), .. Server(), .. Administration(), .. Subscriptions(), .. Transactions(),
        ];
        Array.Sort(commands, (left, right) => left.Id.CompareTo(right.Id));
        return commands;
    }

    private static IEnumerable<RedisCommand> Connection()
    {
        yield return Of(RedisCommandId.Ping, -1, Fast, "1.0.0", "Answers PONG, or the argument").WithTips(AllShards, AllSucceeded);
        yield return Of(RedisCommandId.Auth, -2, AnyTime, "1.0.0", "Tells the password");
        yield return Of(RedisCommandId.Echo, 2, Loading | Stale | Fast, "1.0.0", "Answers its argument");
        yield return Of(RedisCommandId.Hello, -1, AnyTime, "6.0.0", "Agrees on a protocol version");
        yield return Of(RedisCommandId.Select, 2, Loading | Stale | Fast, "1.0.0", "Chooses the connection's database");
        yield return Of(RedisCommandId.Quit, -1, AnyTime, "1.0.0", "Closes the connection");
        yield return Of(RedisCommandId.Reset, 1, AnyTime, "6.2.0", "Puts the connection back to its first state");
        yield return Of(RedisCommandId.Client, -2, None, "2.4.0", "Shows and changes client connections");
        yield return Of(RedisCommandId.ReadOnly, 1, Loading | Stale | Fast, "3.0.0", "Lets the connection read from replicas", "cluster");
        yield return Of(RedisCommandId.ReadWrite, 1, Loading | Stale | Fast, "3.0.0", "Ends READONLY", "cluster");
        yield return Of(RedisCommandId.Asking, 1, Fast, "3.0.0", "Announces a request that follows an ASK redirection", "cluster");

        static RedisCommand Of(
            RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary, string group = "connection") =>
            new(id, arity, flags, group, since, summary);
    }

    private static IEnumerable<RedisCommand> Strings()
    {
        const RedisCommandFlags Read = ReadOnly | Fast;
        const RedisCommandFlags Change = Write | DenyOom | Fast;
        yield return Of(RedisCommandId.Get, 2, Read, "1.0.0", "Gets a value").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.Set, -3, Write | DenyOom, "1.0.0", "Sets a value, perhaps on a condition or for a time")
            .WithKeys(1, 1, 1, new RedisKeySpecification(
                1, 0, 1, ["RW", Access, Update, "variable_flags"], "RW and ACCESS due to the optional `GET` argument"));
        yield return Of(RedisCommandId.MGet, -2, Read, "1.0.0", "Gets several values")
            .WithKeys(1, -1, 1, "RO", Access).WithTips(MultiShard);
        yield return Of(RedisCommandId.MSet, -3, Write | DenyOom, "1.0.1", "Sets several values")
            .WithKeys(1, -1, 2, "OW", Update).WithTips(MultiShard, AllSucceeded);
        yield return Of(RedisCommandId.MSetNx, -3, Write | DenyOom, "1.0.1", "Sets several values if none of the keys exists")
            .WithKeys(1, -1, 2, "OW", Insert).WithTips(MultiShard, "response_policy:agg_min");
        yield return Of(RedisCommandId.Incr, 2, Change, "1.0.0", "Adds one to an integer").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.Decr, 2, Change, "1.0.0", "Takes one from an integer").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.IncrBy, 3, Change, "1.0.0", "Adds to an integer").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.DecrBy, 3, Change, "1.0.0", "Takes from an integer").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.IncrByFloat, 3, Change, "2.6.0", "Adds to a float").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.Append, 3, Change, "2.0.0", "Appends to a value").WithKeys(1, 1, 1, "RW", Insert);
        yield return Of(RedisCommandId.StrLen, 2, Read, "2.2.0", "Tells the length of a value").WithKeys(1, 1, 1, "RO");
        yield return Of(RedisCommandId.SetNx, 3, Change, "1.0.0", "Sets a value if the key is absent").WithKeys(1, 1, 1, "OW", Insert);
        yield return Of(RedisCommandId.SetEx, 4, Write | DenyOom, "2.0.0", "Sets a value for a number of seconds")
            .WithKeys(1, 1, 1, "OW", Update);
        yield return Of(RedisCommandId.PSetEx, 4, Write | DenyOom, "2.6.0", "Sets a value for a number of milliseconds")
            .WithKeys(1, 1, 1, "OW", Update);
        yield return Of(RedisCommandId.GetSet, 3, Change, "1.0.0", "Sets a value and answers the one before")
            .WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.GetDel, 2, Write | Fast, "6.2.0", "Gets a value and deletes the key")
            .WithKeys(1, 1, 1, "RW", Access, Delete);
        yield return Of(RedisCommandId.GetEx, -2, Write | Fast, "6.2.0", "Gets a value and changes its expiry time")
            .WithKeys(1, 1, 1, new RedisKeySpecification(1, 0, 1, ["RW", Access, Update], "RW and UPDATE because it changes the TTL"));
        yield return Of(RedisCommandId.GetRange, 4, ReadOnly, "2.4.0", "Gets a part of a value").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.SubStr, 4, ReadOnly, "1.0.0", "Gets a part of a value").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.SetRange, 4, Write | DenyOom, "2.2.0", "Overwrites a part of a value").WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.Lcs, -3, ReadOnly, "7.0.0", "Finds the longest common subsequence of two values")
            .WithKeys(1, 2, 1, "RO", Access);
        yield return new RedisCommand(
            RedisCommandId.CatenaGet, 4, Read, "string", "7.0.0", "Gets a value that may be out of date by a time, and by how much it may be", "catena.get")
            .WithKeys(1, 1, 1, "RO", Access).WithTips(Nondeterministic);

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "string", since, summary);
    }

    private static IEnumerable<RedisCommand> Bits()
    {
        yield return Of(RedisCommandId.SetBit, 4, Write | DenyOom, "2.2.0", "Sets or clears a bit").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.GetBit, 3, ReadOnly | Fast, "2.2.0", "Gets a bit").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.BitCount, -2, ReadOnly, "2.6.0", "Counts the bits that are set").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.BitPos, -3, ReadOnly, "2.8.7", "Finds the first bit that is set or clear").WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.BitOp, -4, Write | DenyOom, "2.6.0", "Combines values bit by bit")
            .WithKeys(2, -1, 1, new RedisKeySpecification(2, 0, 1, ["OW", Update]), new RedisKeySpecification(3, -1, 1, ["RO", Access]));
        yield return Of(RedisCommandId.BitField, -2, Write | DenyOom, "3.2.0", "Reads and changes integers of any width")
            .WithKeys(1, 1, 1, new RedisKeySpecification(
                1, 0, 1, ["RW", Access, Update, "variable_flags"], "This command allows both access and modification of the key"));
        yield return new RedisCommand(
            RedisCommandId.BitFieldRo, -2, ReadOnly | Fast, "bitmap", "6.0.0", "Reads integers of any width", "bitfield_ro")
            .WithKeys(1, 1, 1, "RO", Access);

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "bitmap", since, summary);
    }

    private static IEnumerable<RedisCommand> WholeKeys()
    {
        yield return Of(RedisCommandId.RandomKey, 1, ReadOnly, "1.0.0", "Tells the name of some key").WithTips(AllShards, Nondeterministic);
        yield return Of(RedisCommandId.Rename, 3, Write, "1.0.0", "Gives a key another name")
            .WithKeys(1, 2, 1, new RedisKeySpecification(1, 0, 1, ["RW", Access, Delete]), new RedisKeySpecification(2, 0, 1, ["OW", Update]));
        yield return Of(RedisCommandId.RenameNx, 3, Write | Fast, "1.0.0", "Gives a key another name that is free")
            .WithKeys(1, 2, 1, new RedisKeySpecification(1, 0, 1, ["RW", Access, Delete]), new RedisKeySpecification(2, 0, 1, ["OW", Insert]));
        yield return Of(RedisCommandId.Copy, -3, Write | DenyOom, "6.2.0", "Copies a value to another key")
            .WithKeys(1, 2, 1, new RedisKeySpecification(1, 0, 1, ["RO", Access]), new RedisKeySpecification(2, 0, 1, ["OW", Update]));
        yield return Of(RedisCommandId.Move, 3, Write | Fast, "1.0.0", "Moves a key to another database").WithKeys(1, 1, 1, "RW", Access, Update);
        yield return Of(RedisCommandId.Dump, 2, ReadOnly, "2.6.0", "Gets a value in a form to restore it from")
            .WithKeys(1, 1, 1, "RO", Access).WithTips(Nondeterministic);
        yield return Of(RedisCommandId.Restore, -4, Write | DenyOom | Dangerous, "2.6.0", "Makes a key of a dumped value")
            .WithKeys(1, 1, 1, "OW", Update);
        yield return Of(RedisCommandId.Wait, 3, NoScript, "3.0.0", "Waits until writes are on other nodes").WithTips(AllShards, "response_policy:agg_min");
        yield return Of(RedisCommandId.Object, -2, None, "2.2.3", "Tells how a value is kept").WithSubcommands(
            OfObject("encoding", "2.2.3", "Tells the encoding of a value"),
            OfObject("freq", "4.0.0", "Tells how often a key is used"),
            new RedisCommand(RedisCommandId.Object, 2, Loading | Stale, "generic", "6.2.0", "Tells what subcommands there are", "object|help"),
            OfObject("idletime", "2.2.3", "Tells since when a key has not been used"),
            OfObject("refcount", "2.2.3", "Tells how often a value is referred to"));

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "generic", since, summary);

        static RedisCommand OfObject(string name, string since, string summary) =>
            new RedisCommand(RedisCommandId.Object, 3, ReadOnly, "generic", since, summary, "object|" + name)
                .WithKeys(2, 2, 1, "RO").WithTips(Nondeterministic);
    }

    private static IEnumerable<RedisCommand> Keyspace()
    {
        const RedisCommandFlags Read = ReadOnly | Fast;
        const RedisCommandFlags Change = Write | Fast;
        yield return Of(RedisCommandId.Del, -2, Write, "1.0.0", "Deletes keys").WithKeys(1, -1, 1, "RM", Delete).WithTips(MultiShard, Sum);
        yield return Of(RedisCommandId.Unlink, -2, Change, "4.0.0", "Deletes keys")
            .WithKeys(1, -1, 1, "RM", Delete).WithTips(MultiShard, Sum);
        yield return Of(RedisCommandId.Exists, -2, Read, "1.0.0", "Counts which of the keys exist")
            .WithKeys(1, -1, 1, "RO").WithTips(MultiShard, Sum);
        yield return Of(RedisCommandId.Touch, -2, Read, "3.2.1", "Counts which of the keys exist")
            .WithKeys(1, -1, 1, "RO").WithTips(MultiShard, Sum);
        yield return Of(RedisCommandId.Expire, -3, Change, "1.0.0", "Sets the seconds a key has to live").WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.PExpire, -3, Change, "2.6.0", "Sets the milliseconds a key has to live")
            .WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.ExpireAt, -3, Change, "1.2.0", "Sets the Unix second at which a key expires")
            .WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.PExpireAt, -3, Change, "2.6.0", "Sets the Unix millisecond at which a key expires")
            .WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.Ttl, 2, Read, "1.0.0", "Tells the seconds a key has to live")
            .WithKeys(1, 1, 1, "RO", Access).WithTips(Nondeterministic);
        yield return Of(RedisCommandId.PTtl, 2, Read, "2.6.0", "Tells the milliseconds a key has to live")
            .WithKeys(1, 1, 1, "RO", Access).WithTips(Nondeterministic);
        yield return Of(RedisCommandId.ExpireTime, 2, Read, "7.0.0", "Tells the Unix second at which a key expires")
            .WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.PExpireTime, 2, Read, "7.0.0", "Tells the Unix millisecond at which a key expires")
            .WithKeys(1, 1, 1, "RO", Access);
        yield return Of(RedisCommandId.Persist, 2, Change, "2.2.0", "Removes a key's expiry time").WithKeys(1, 1, 1, "RW", Update);
        yield return Of(RedisCommandId.Type, 2, Read, "1.0.0", "Tells the type of a key's value").WithKeys(1, 1, 1, "RO");
        yield return Of(RedisCommandId.Scan, -2, ReadOnly, "2.8.0", "Lists keys piece by piece")
            .WithTips(Nondeterministic, "request_policy:special");
        yield return Of(RedisCommandId.Keys, 2, ReadOnly | Dangerous, "1.0.0", "Lists the keys that match a pattern")
            .WithTips(AllShards, NondeterministicOrder);

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "generic", since, summary);
    }

    private static IEnumerable<RedisCommand> Server()
    {
        yield return Of(RedisCommandId.Command, -1, Loading | Stale, "2.8.13", "Describes commands").WithTips(NondeterministicOrder);
        yield return Of(RedisCommandId.Info, -1, Loading | Stale | Dangerous, "1.0.0", "Tells facts and figures about the node")
            .WithTips(Nondeterministic, AllShards, "response_policy:special");
        yield return Of(RedisCommandId.Config, -2, None, "2.0.0", "Shows and changes settings");
        yield return Of(RedisCommandId.DbSize, 1, ReadOnly | Fast, "1.0.0", "Counts the keys").WithTips(AllShards, Sum);
        yield return Of(RedisCommandId.FlushAll, -1, Write | Dangerous, "1.0.0", "Deletes all keys of all databases")
            .WithTips(AllShards, AllSucceeded);
        yield return Of(RedisCommandId.FlushDb, -1, Write | Dangerous, "1.0.0", "Deletes all keys of the database")
            .WithTips(AllShards, AllSucceeded);
        yield return Of(RedisCommandId.SwapDb, 3, Write | Fast | Dangerous, "4.0.0", "Exchanges two databases");
        yield return new RedisCommand(RedisCommandId.Cluster, -2, None, "cluster", "3.0.0", "Describes the cluster");

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "server", since, summary);
    }

    private static IEnumerable<RedisCommand> Administration()
    {
        const RedisCommandFlags Persist = Admin | NoScript | NoAsyncLoading;
        yield return Of(RedisCommandId.Time, 1, Loading | Stale | Fast, "2.6.0", "Tells the time").WithTips(Nondeterministic);
        yield return Of(RedisCommandId.LastSave, 1, Loading | Stale | Fast, "1.0.0", "Tells when everything was last on disk").WithTips(Nondeterministic);
        yield return Of(RedisCommandId.Save, 1, Persist | NoMulti, "1.0.0", "Answers once everything is on disk");
        yield return Of(RedisCommandId.BgSave, -1, Persist, "1.0.0", "Has everything brought to disk");
        yield return Of(RedisCommandId.BgRewriteAof, 1, Persist, "1.0.0", "Has the log rewritten");
        yield return Of(RedisCommandId.Role, 1, NoScript | Loading | Stale | Fast, "2.8.12", "Tells the node's role in replication");
        yield return Of(RedisCommandId.ReplicaOf, 3, Persist | Stale, "5.0.0", "Refused: partitions replicate by themselves");
        yield return Of(RedisCommandId.SlaveOf, 3, Persist | Stale, "1.0.0", "Refused: partitions replicate by themselves");
        yield return Of(RedisCommandId.Shutdown, -1, Admin | NoScript | Loading | Stale | NoMulti | AllowBusy, "1.0.0", "Refused: a node is stopped by a signal");
        yield return Of(RedisCommandId.Monitor, 1, Admin | NoScript | Loading | Stale, "1.0.0", "Refused: requests are not shown to others");
        yield return Of(RedisCommandId.Debug, -2, Admin | NoScript | Loading | Stale, "1.0.0", "Refused, as where Redis does not allow it");
        yield return Of(RedisCommandId.SlowLog, -2, None, "2.2.12", "Shows slow commands");
        yield return Of(RedisCommandId.Latency, -2, None, "2.8.13", "Shows latency events, of which there are none");
        yield return Of(RedisCommandId.Memory, -2, None, "4.0.0", "Tells how much memory a key takes").WithSubcommands(
            new RedisCommand(RedisCommandId.Memory, 2, None, "server", "4.0.0", "Accepted: memory is given back without being asked", "memory|purge"),
            new RedisCommand(RedisCommandId.Memory, -3, ReadOnly, "server", "4.0.0", "Tells how much memory a key takes", "memory|usage")
                .WithKeys(2, 2, 1, "RO"));
        yield return Of(RedisCommandId.Acl, -2, None, "6.0.0", "Shows the one user there is");
        yield return new RedisCommand(RedisCommandId.Script, -2, None, "scripting", "2.6.0", "Answers for scripts, of which there are none");
        yield return new RedisCommand(RedisCommandId.Function, -2, None, "scripting", "7.0.0", "Answers for functions, of which there are none");
        yield return Of(RedisCommandId.Lolwut, -1, ReadOnly | Fast, "5.0.0", "Shows the version");

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "server", since, summary);
    }

    private static IEnumerable<RedisCommand> Subscriptions()
    {
        const RedisCommandFlags Listen = PubSub | NoScript | Loading | Stale;
        const RedisCommandFlags Speak = PubSub | Loading | Stale | Fast;
        const string NotKey = "not_key";
        yield return Of(RedisCommandId.Subscribe, -2, Listen, "2.0.0", "Listens to channels");
        yield return Of(RedisCommandId.Unsubscribe, -1, Listen, "2.0.0", "Ends listening to channels");
        yield return Of(RedisCommandId.PSubscribe, -2, Listen, "2.0.0", "Listens to all channels that match patterns");
        yield return Of(RedisCommandId.PUnsubscribe, -1, Listen, "2.0.0", "Ends listening to patterns");
        yield return Of(RedisCommandId.SSubscribe, -2, Listen, "7.0.0", "Listens to sharded channels").WithKeys(1, -1, 1, NotKey);
        yield return Of(RedisCommandId.SUnsubscribe, -1, Listen, "7.0.0", "Ends listening to sharded channels").WithKeys(1, -1, 1, NotKey);
        yield return Of(RedisCommandId.Publish, 3, Speak, "2.0.0", "Sends a message to a channel");
        yield return Of(RedisCommandId.SPublish, 3, Speak, "7.0.0", "Sends a message to a sharded channel").WithKeys(1, 1, 1, NotKey);
        yield return Of(RedisCommandId.PubSub, -2, None, "2.8.0", "Shows who listens");

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "pubsub", since, summary);
    }

    private static IEnumerable<RedisCommand> Transactions()
    {
        const RedisCommandFlags Usual = NoScript | Loading | Stale | Fast | AllowBusy;
        yield return Of(RedisCommandId.Multi, 1, Usual, "1.2.0", "Begins a transaction");
        yield return Of(RedisCommandId.Exec, 1, NoScript | Loading | Stale | SkipSlowLog, "1.2.0", "Carries out a transaction");
        yield return Of(RedisCommandId.Discard, 1, Usual, "2.0.0", "Drops a transaction");
        yield return Of(RedisCommandId.Watch, -2, Usual, "2.2.0", "Lets the next transaction happen only if keys do not change before it").WithKeys(1, -1, 1, "RO");
        yield return Of(RedisCommandId.Unwatch, 1, Usual, "2.2.0", "Forgets the watched keys");

        static RedisCommand Of(RedisCommandId id, int arity, RedisCommandFlags flags, string since, string summary) =>
            new(id, arity, flags, "transactions", since, summary);
    }
}
