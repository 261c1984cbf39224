using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The names of tables, of which there is one so far.</summary>
internal static class TableNames
{
    /// <summary>Whether a name is that of the default table, whose keys all protocols share.</summary>
    internal static bool IsDefault(ReadOnlySpan<byte> name) => name.IsEmpty || name.SequenceEqual("default"u8);

    /// <summary>Whether all changes are to the default table.</summary>
    internal static bool AreDefault(TableChanges changes)
    {
        var areDefault = true;
        while (changes.MoveNext())
        {
            areDefault &= IsDefault(changes.Table);
        }

        return areDefault;
    }
}
