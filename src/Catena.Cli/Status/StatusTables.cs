using System.Globalization;
using Catena.Cli.CommandLine;
using Spectre.Console;

namespace Catena.Cli.Status;

/// <summary>Shows a cluster to a person.</summary>
internal static class StatusTables
{
    /// <summary>Prints the cluster's state, its nodes and its partitions.</summary>
    public static void Print(StatusDocument document, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"cluster {document.Cluster.Name}: {document.Cluster.State} (as {document.NameOf(document.Self)} sees it)");
        Tables.Print(output, NodeTable(document));
        Tables.Print(output, PartitionTable(document));
    }

    private static Table NodeTable(StatusDocument document)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("node", "role", "state", "pid", "redis", "thrift", "http", "first of", "member of", "learner of");
        foreach (var node in document.Nodes)
        {
            table.AddRow(
                Markup.Escape(node.Name),
                node.Role,
                node.State,
                node.Pid > 0 ? Text(node.Pid) : "-",
                node.Addresses.Redis ?? "-",
                node.Addresses.Thrift ?? "-",
                node.Addresses.Http ?? "-",
                Text(document.Partitions.Count(partition => partition.IsPlaced && partition.Members[0] == node.Id)),
                Text(document.Partitions.Count(partition => partition.Members.Contains(node.Id))),
                Text(document.Partitions.Count(partition => partition.Learners.Contains(node.Id))));
        }

        return table;
    }

    /// <summary>Neighbours that are alike share a line, so that a healthy cluster fits a screen.</summary>
    private static Table PartitionTable(StatusDocument document)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("partitions", "epoch", "mode", "members", "learners");
        var partitions = document.Partitions;
        for (var first = 0; first < partitions.Count;)
        {
            var last = first;
            while (last + 1 < partitions.Count && IsAlike(partitions[first], partitions[last + 1]))
            {
                last++;
            }

            var partition = partitions[first];
            table.AddRow(
                first == last ? Text(partition.Partition) : $"{Text(partition.Partition)}-{Text(partitions[last].Partition)}",
                partition.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "-",
                partition.IsPlaced ? partition.Mode : "not placed yet",
                Markup.Escape(string.Join(' ', partition.Members.Select(document.NameOf))),
                Markup.Escape(string.Join(' ', partition.Learners.Select(document.NameOf))));
            first = last + 1;
        }

        return table;
    }

    private static bool IsAlike(StatusPartition one, StatusPartition other) =>
        one.Epoch == other.Epoch
        && one.Mode == other.Mode
        && one.Members.SequenceEqual(other.Members)
        && one.Learners.SequenceEqual(other.Learners);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
