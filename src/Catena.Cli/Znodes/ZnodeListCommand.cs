using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode list</c>.</summary>
internal static class ZnodeListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => ZnodeReading.Create(
        "list",
        "Prints the names of a znode's children, sorted, one a line.",
        RunAsync,
        new("catena znode list 127.0.0.1:7000 /", "at the coordinator of 'catena up'"),
        new("catena znode list zk1:2181,zk2:2181 /kvstore --json", "as a list in JSON"));

    private static async Task RunAsync(ZooKeeperClient client, string path, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        var (children, _) = await client.GetChildrenAsync(path, null, cancellation).ConfigureAwait(false);
        var names = children.Order(StringComparer.Ordinal);
        if (asJson)
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartArray();
                foreach (var name in names)
                {
                    json.WriteStringValue(name);
                }

                json.WriteEndArray();
            });
            return;
        }

        foreach (var name in names)
        {
            output.WriteLine(name);
        }
    }
}
