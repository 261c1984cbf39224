using System.Globalization;

namespace Catena.Protocols.Table;

/// <summary>How clients expect statistics, of which there are several kinds: a setting of the node.</summary>
/// <param name="Layout">How the numbers are laid out.</param>
/// <param name="Content">The <c>c_type</c> of the reply.</param>
public sealed record TableStatsDialect(TableStatsLayout Layout, TableContent Content)
{
    private static readonly TableContent[] AllContents = [TableContent.Stats, (TableContent)65, (TableContent)70, (TableContent)99];

    /// <summary>What most clients expect.</summary>
    public static TableStatsDialect Default { get; } = new(TableStatsLayout.SintClientsTime, TableContent.Stats);

    /// <summary>The names of the layouts.</summary>
    public static IReadOnlyList<string> Layouts { get; } = ["sint-clients-time", "int-clients-time", "int-time-clients", "sint-time-clients"];

    /// <summary>The <c>c_type</c>s that clients are known to expect.</summary>
    public static IReadOnlyList<TableContent> Contents => AllContents;

    /// <summary>The dialect of a name such as <c>int-time-clients/65</c>; without the number it is that of most clients.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dialect">The dialect.</param>
    /// <returns>False where there is none.</returns>
    public static bool TryParse(string name, out TableStatsDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(name);
        dialect = Default;
        var parts = name.Split('/');
        var layout = Layouts.ToList().IndexOf(parts[0]);
        if (layout < 0 || parts.Length > 2)
        {
            return false;
        }

        var content = Default.Content;
        if (parts.Length == 2)
        {
            var isNumber = int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            content = (TableContent)number;
            if (!isNumber || !AllContents.Contains(content))
            {
                return false;
            }
        }

        dialect = new TableStatsDialect((TableStatsLayout)layout, content);
        return true;
    }

    /// <summary>The dialect's name, as <see cref="TryParse" /> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Layouts[(int)Layout]}/{(int)Content}");

    /// <summary>Writes the numbers; what a field of 32 bits cannot hold is told as its greatest value.</summary>
    internal void Write(ref ProtobufWriter writer, in TableStats stats)
    {
        const int Operations = 1;
        var (clients, time) = Layout is TableStatsLayout.SintClientsTime or TableStatsLayout.IntClientsTime ? (2, 3) : (3, 2);

        // In the order of their numbers, as every other writer does.
        if (Layout is TableStatsLayout.IntClientsTime)
        {
            writer.WriteUnsigned(Operations, (ulong)Bounded(stats.Operations));
            writer.WriteUnsigned(clients, (ulong)Bounded(stats.Clients));
            writer.WriteUnsigned(time, (ulong)stats.Microseconds);
        }
        else if (Layout is TableStatsLayout.IntTimeClients)
        {
            writer.WriteUnsigned(Operations, (ulong)Bounded(stats.Operations));
            writer.WriteUnsigned(time, (ulong)stats.Microseconds);
            writer.WriteUnsigned(clients, (ulong)Bounded(stats.Clients));
        }
        else
        {
            writer.WriteZigZag(Operations, Bounded(stats.Operations));
            writer.WriteZigZag(2, Bounded(clients == 2 ? stats.Clients : stats.Microseconds));
            writer.WriteZigZag(3, Bounded(clients == 2 ? stats.Microseconds : stats.Clients));
        }
    }

    private static int Bounded(long value) => (int)Math.Min(value, int.MaxValue);
}
