using System.Globalization;
using System.Text;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>A tree's whole state as text, to compare.</summary>
internal static class TreePrinter
{
    public static string Print(ZnodeTree tree)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"zxid {tree.LastZxid} nodes {tree.NodeCount} containers {string.Join(',', tree.EmptyContainers())}");
        foreach (var session in tree.Sessions)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"session {session.Id} {session.TimeoutMilliseconds} {Convert.ToHexString(session.Password.Span)} {string.Join(',', tree.EphemeralsOf(session.Id))}");
        }

        Print(tree, "/", text);
        return text.ToString();
    }

    private static void Print(ZnodeTree tree, string path, StringBuilder text)
    {
        Assert.Equal(ErrorCode.Ok, tree.GetData(path, out var data, out var stat));
        Assert.Equal(ErrorCode.Ok, tree.GetChildren(path, out var names, out _));
        text.AppendLine(CultureInfo.InvariantCulture, $"{path} {Convert.ToHexString(data.Span)} {stat} {string.Join(',', tree.AclOf(path))}");
        foreach (var name in names)
        {
            Print(tree, path == "/" ? "/" + name : $"{path}/{name}", text);
        }
    }
}
