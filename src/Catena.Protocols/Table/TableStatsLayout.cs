namespace Catena.Protocols.Table;

/// <summary>How a client's statistics are laid out: how numbers are encoded, and in which order they are numbered.</summary>
public enum TableStatsLayout
{
    /// <summary>sint32 operations = 1, clients = 2, time = 3.</summary>
    SintClientsTime = 0,

    /// <summary>int32 operations = 1, int32 clients = 2, int64 time = 3.</summary>
    IntClientsTime = 1,

    /// <summary>int32 operations = 1, int64 time = 2, int32 clients = 3.</summary>
    IntTimeClients = 2,

    /// <summary>sint32 operations = 1, time = 2, clients = 3.</summary>
    SintTimeClients = 3,
}
