using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode</c>: what stands in ZooKeeper, for those who have no other client of it at hand.</summary>
internal static class ZnodeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new DocumentedCommand(
        "znode",
        "Creates, lists, reads and deletes znodes of a ZooKeeper ensemble, or of the coordinator inside 'catena up'.",
        new("catena znode create 127.0.0.1:7000 /kvstore", "the parent of what nodes announce"),
        new("catena znode list 127.0.0.1:7000 /kvstore", "who is announced there"))
    {
        ZnodeCreateCommand.Create(),
        ZnodeListCommand.Create(),
        ZnodeGetCommand.Create(),
        ZnodeDeleteCommand.Create(),
    };
}
