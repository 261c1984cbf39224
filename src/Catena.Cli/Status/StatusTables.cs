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
        var withTable = document.Nodes.Any(node => node.Addresses.Table is not null);
        var withText = document.Nodes.Any(node => node.Addresses.Text is not null);
        string[] optional = [.. withTable ? ["table"] : (string[])[], .. withText ? ["text"] : (string[])[]];
        table.AddColumns(["node", "role", "state", "pid", "redis", "thrift", .. optional, "http", "first of", "member of", "learner of"]);
        foreach (var node in document.Nodes)
        {
            var addresses = node.Addresses;
            table.AddRow([
                Markup.Escape(node.Name),
                node.Role,
                node.State,
                node.Pid > 0 ? Text(node.Pid) : "-",
                addresses.Redis ?? "-",
                addresses.Thrift ?? "-",
                .. withTable ? [addresses.Table ?? "-"] : (string[])[],
                .. withText ? [addresses.Text ?? "-"] : (string[])[],
                addresses.Http ?? "-",
                Text(document.Partitions.Count(partition => partition.IsPlaced && partition.Members[0] == node.Id)),
                Text(document.Partitions.Count(partition => partition.Members.Contains(node.Id))),
                Text(document.Partitions.Count(partition => partition.Learners.Contains(node.Id))),
            ]);
        }

        return table;
    }

    /// <summary>Partitions that are alike share a line, so that a healthy cluster fits a screen.</summary>
    private static Table PartitionTable(StatusDocument document)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("epoch", "mode", "members", "learners", "partitions");
        var alike = document.Partitions.GroupBy(partition => (
            partition.Epoch,
            partition.Mode,
            Members: string.Join(' ', partition.Members.Select(document.NameOf)),
            Learners: string.Join(' ', partition.Learners.Select(document.NameOf))));
        foreach (var group in alike)
        {
            table.AddRow(
                group.Key.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "-",
                group.Key.Epoch is null ? "not placed yet" : group.Key.Mode,
                Markup.Escape(group.Key.Members),
                Markup.Escape(group.Key.Learners),
                Ranges([.. group.Select(partition => partition.Partition)]));
        }

        return table;
    }

    /// <summary>Numbers in order, neighbours as ranges: <c>0-3, 7</c>.</summary>
    private static string Ranges(List<int> numbers)
    {
        var text = new List<string>();
        for (var first = 0; first < numbers.Count;)
        {
            var last = first;
            while (last + 1 < numbers.Count && numbers[last + 1] == numbers[last] + 1)
            {
                last++;
            }

            text.Add(first == last ? Text(numbers[first]) : $"{Text(numbers[first])}-{Text(numbers[last])}");
            first = last + 1;
        }

        return string.Join(", ", text);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
