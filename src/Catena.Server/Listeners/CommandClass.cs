namespace Catena.Server.Listeners;

/// <summary>When a command may start, seen from the commands before it on its connection.</summary>
internal enum CommandClass
{
    /// <summary>At once: it neither reads nor changes data.</summary>
    Immediate,

    /// <summary>Once every write before it has completed; beside other reads.</summary>
    Read,

    /// <summary>Once every read before it has completed; beside other writes, which take effect in their order.</summary>
    Write,

    /// <summary>Once everything before it has completed, and nothing after it starts before it is done.</summary>
    Exclusive,
}
