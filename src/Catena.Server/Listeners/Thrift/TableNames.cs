using Catena.Core.Tables;
using Catena.Protocols.Thrift;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The tables that calls name.</summary>
internal static class TableNames
{
    /// <summary>How many tables a call may name beside the default one.</summary>
    internal const int Most = 64;

    /// <summary>Whether a call names any table but the default one.</summary>
    internal static bool AreNamed(TableCall call)
    {
        var isNamed = !TableName.IsDefault(call.Table);
        for (var changes = call.Changes; !isNamed && changes.MoveNext();)
        {
            isNamed = !TableName.IsDefault(changes.Table);
        }

        return isNamed;
    }

    /// <summary>The names of a call.</summary>
    /// <returns>Null where there are too many.</returns>
    internal static TableNumbers? Of(TableCall call)
    {
        var names = new List<byte[]>();
        Add(names, call.Table);
        for (var changes = call.Changes; names.Count <= Most && changes.MoveNext();)
        {
            Add(names, changes.Table);
        }

        return names.Count > Most ? null : new TableNumbers([.. names]);
    }

    private static void Add(List<byte[]> names, ReadOnlySpan<byte> name)
    {
        if (TableName.IsDefault(name))
        {
            return;
        }

        foreach (var known in names)
        {
            if (name.SequenceEqual(known))
            {
                return;
            }
        }

        names.Add(name.ToArray());
    }
}
