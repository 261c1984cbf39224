using System.CommandLine;
using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode get</c>.</summary>
internal static class ZnodeGetCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => ZnodeReading.Create(
        "get",
        "Prints what a znode holds; what is no plain text with C's escapes.",
        RunAsync,
        new("catena znode get 127.0.0.1:7000 /kvstore/node0000000000", "the address that a node announces"),
        new("catena znode get zk1:2181 /master --json", "with its version and the session that it goes with"));

    private static async Task RunAsync(ZooKeeperClient client, string path, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        var (data, stat) = await client.GetDataAsync(path, null, cancellation).ConfigureAwait(false);
        if (!asJson)
        {
            output.WriteLine(BytesText.Printable(data));
            return;
        }

        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteBytes("data", data);
            json.WriteNumber("version", stat.Version);
            json.WriteString("ephemeralOwner", stat.EphemeralOwner == 0 ? null : stat.EphemeralOwner.ToString("x", CultureInfo.InvariantCulture));
            json.WriteNumber("children", stat.NumChildren);
            json.WriteEndObject();
        });
    }
}
