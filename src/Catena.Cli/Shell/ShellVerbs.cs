namespace Catena.Cli.Shell;

/// <summary>All commands of the shell.</summary>
internal static class ShellVerbs
{
    /// <summary>The commands, as help lists them.</summary>
    public static IReadOnlyList<ShellVerb> All { get; } =
    [
        new("get", "g", "KEY", "The value of a key; (nil) where it is absent.", 1, 1, KeyCommands.Get) { Keys = 1, IsOfTransactions = true },
        new("put", "p", "KEY VALUE [DURATION]", "Sets a key's value, for so long or for good.", 2, 3, KeyCommands.Put) { Keys = 1, IsOfTransactions = true },
        new("del", "d", "KEY...", "Deletes keys, one after the other; tells how many were there.", 1, int.MaxValue, KeyCommands.Delete) { Keys = int.MaxValue, IsOfTransactions = true },
        new("cas", "", "KEY EXPECTED NEW", "Sets a key's value if it has the expected one; a bare - expects that it is absent. Tells true or false. When the key expires stays as it is.", 3, 3, KeyCommands.CompareAndSet) { Keys = 1 },
        new("incr", "", "KEY [BY]", "Adds to the decimal integer at a key, 0 where there is none; tells the sum.", 1, 2, KeyCommands.Increment) { Keys = 1 },
        new("append", "", "KEY VALUE", "Appends to the value at a key; tells the new length.", 2, 2, KeyCommands.Append) { Keys = 1 },
        new("expire", "", "KEY DURATION|never", "Sets when a key expires (500ms, 30s, 5m, 1h); false where it is absent.", 2, 2, ExpiryCommands.Expire) { Keys = 1 },
        new("ttl", "", "KEY", "After what time a key expires: a duration, never, or (nil) where it is absent.", 1, 1, ExpiryCommands.TimeToLive) { Keys = 1 },
        new("size", "s", "", "How many keys the table has.", 0, 0, ScanCommands.Size),
        new("getkeys", "k", "[LIMIT|all]", "The keys of the table, in no order.", 0, 1, ScanCommands.Keys),
        new("gettable", "t", "[LIMIT|all]", "The keys and values of the table, in no order.", 0, 1, ScanCommands.Table),
        new("scan", "", "[START [END]] [limit LIMIT|all]", "Keys and values in order, of those that share the hash tag of START: from it, up to but without END or as long as they begin the same up to the tag's closing brace. Without START, as gettable.", 0, 4, ScanCommands.Scan) { Keys = 2, IsOfTransactions = true },
        new("begin", "", "[locking]", "Begins a transaction, which get, put, del and scan go to; locking: it locks what it names before it reads it. After one that was aborted, it takes that one's age, so that who keeps trying succeeds.", 0, 1, TransactionCommands.Begin),
        new("prepare", "", "", "Ends the open transaction and has it prepared; prints the handle with which it is committed or rolled back, from anywhere.", 0, 0, TransactionCommands.Prepare) { IsOfTransactions = true },
        new("commit", "", "[HANDLE]", "Commits the open transaction, or a prepared one.", 0, 1, TransactionCommands.Commit) { IsOfTransactions = true },
        new("rollback", "", "[HANDLE]", "Gives the open transaction up, or a prepared one.", 0, 1, TransactionCommands.Rollback) { IsOfTransactions = true },
        new("tables", "", "", "The names of all tables.", 0, 0, TableCommands.List) { IsOfTransactions = true },
        new("use", "", "[TABLE]", "Lets the commands that follow go to this table, inside a transaction too; without a name, to the default one.", 0, 1, TableCommands.Use) { TakesTable = true, IsOfTransactions = true },
        new("create", "", "TABLE", "Creates a table: 3 to 255 of the characters A-Z a-z 0-9 _ . -", 1, 1, TableCommands.Create),
        new("drop", "", "TABLE", "Drops a table with all its keys.", 1, 1, TableCommands.Drop) { TakesTable = true },
        new("stats", "st", "", "The cluster in figures: nodes, partitions, the table's keys.", 0, 0, ClusterCommands.Stats),
        new("status", "", "", "The cluster's nodes and partitions, as 'catena status' shows them.", 0, 0, ClusterCommands.Status) { IsOfTransactions = true },
        new("nodes", "", "", "The nodes, their ports and roles.", 0, 0, ClusterCommands.Nodes) { IsOfTransactions = true },
        new("partitions", "", "", "The partitions, their hash slots and members.", 0, 0, ClusterCommands.Partitions) { IsOfTransactions = true },
        new("help", "h", "[COMMAND]", "The commands, or one of them.", 0, 1, Help) { IsOfTransactions = true },
        new("quit", "q", "", "Ends the shell, as exit and Ctrl-D do; an open transaction is rolled back.", 0, 0, (session, _) => session.End()) { IsOfTransactions = true },
        new("exit", "", "", "Ends the shell.", 0, 0, (session, _) => session.End()) { IsOfTransactions = true },
    ];

    /// <summary>The command with a name or a short form.</summary>
    public static ShellVerb? Find(string name) =>
        name.Length == 0 ? null : All.FirstOrDefault(verb => verb.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || verb.Short.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void Help(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var asked = arguments.Count == 0 ? null : Find(arguments[0].Text) ?? throw new ShellException($"there is no command '{ShellText.Harmless(arguments[0].Text)}'; help lists them");
        foreach (var verb in All)
        {
            if (asked is null || asked == verb)
            {
                session.Output.Line($"{$"{verb.Name} {verb.Usage}".TrimEnd()}{(verb.Short.Length > 0 ? $"  (short: {verb.Short})" : "")}");
                session.Output.Line($"    {verb.Summary}");
            }
        }

        if (asked is null)
        {
            session.Output.Line("Keys and values are words as in a Unix shell: 'single' and \"double\" quotes, and the escapes \\n \\r \\t \\0 \\xHH \\\\.");
        }

        session.Output.Json(json =>
        {
            json.WriteStartArray("commands");
            foreach (var verb in All.Where(verb => asked is null || asked == verb))
            {
                json.WriteStartObject();
                json.WriteString("name", verb.Name);
                json.WriteString("short", verb.Short);
                json.WriteString("usage", verb.Usage);
                json.WriteString("summary", verb.Summary);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
