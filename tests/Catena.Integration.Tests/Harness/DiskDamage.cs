namespace Catena.Integration.Tests.Harness;

/// <summary>Damages what a node keeps on disk, behind its back.</summary>
internal static class DiskDamage
{
    /// <summary>Changes one byte of each place at which a text stands in a node's journal.</summary>
    /// <param name="data">The cluster's data.</param>
    /// <param name="node">The node's number.</param>
    /// <param name="text">The text.</param>
    /// <returns>How many places there were.</returns>
    internal static int Hit(string data, int node, ReadOnlySpan<byte> text)
    {
        var places = 0;
        foreach (var path in Directory.EnumerateFiles(data, "*.journal", SearchOption.AllDirectories).Where(path => path.Contains($"node-{node}", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[file.Length];
            file.ReadExactly(content);
            for (int from = 0, at; (at = content.AsSpan(from).IndexOf(text)) >= 0; from += at + text.Length)
            {
                var offset = from + at + (text.Length / 2);
                file.Position = offset;
                file.WriteByte((byte)(content[offset] ^ 0x20));
                places++;
            }
        }

        return places;
    }
}
