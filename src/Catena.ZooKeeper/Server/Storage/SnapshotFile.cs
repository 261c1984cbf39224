using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>A whole tree in one file: chunks {length int32, CRC int32, bytes} of sessions and of znodes, parents before children.</summary>
/// <remarks>
/// The first chunk says what is to come, an empty one ends the file, and each chunk's CRC-32C continues the one before, so that none
/// can be missing or exchanged. The file is written under another name, flushed and renamed; under its own name it is complete or
/// damaged.
/// </remarks>
internal static class SnapshotFile
{
    private const int Magic = 0x435A_5332;
    private const int ChunkHeaderLength = 8;
    private const int ChunkTarget = 256 * 1024;
    private const int SmallestSession = 16;

    /// <summary>Writes a tree.</summary>
    /// <param name="directory">The store's directory.</param>
    /// <param name="tree">The tree.</param>
    /// <returns>The file's length.</returns>
    /// <exception cref="IOException">The system refused; nothing is left under the final name.</exception>
    public static long Write(string directory, ZnodeTree tree)
    {
        var path = StoreFiles.Snapshot(directory, tree.LastZxid);
        long length;
        using (var stream = new FileStream(path + StoreFiles.TemporarySuffix, FileMode.Create, FileAccess.Write))
        {
            uint crc = 0;
            var writer = new JuteWriter();
            writer.Int(Magic);
            writer.Long(tree.LastZxid);
            writer.Int(tree.NodeCount);
            writer.Int(tree.Sessions.Count);
            foreach (var session in tree.Sessions)
            {
                writer.Long(session.Id);
                writer.Int(session.TimeoutMilliseconds);
                writer.Buffer(session.Password.Span);
            }

            WriteChunk(stream, writer, ref crc);
            WriteNodes(stream, writer, tree, ref crc);
            WriteChunk(stream, writer, ref crc);
            stream.Flush(flushToDisk: true);
            length = stream.Length;
        }

        StoreFiles.Publish(path);
        return length;
    }

    /// <summary>Reads a tree.</summary>
    /// <param name="directory">The store's directory.</param>
    /// <param name="zxid">The snapshot's last transaction.</param>
    /// <exception cref="CorruptStoreException">The file is damaged.</exception>
    public static ZnodeTree Read(string directory, long zxid)
    {
        var path = StoreFiles.Snapshot(directory, zxid);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        uint crc = 0;
        var store = new ZnodeStore();
        var reader = new JuteReader(ReadChunk(stream, path, ref crc));
        var isOurs = reader.ReadInt() == Magic && reader.ReadLong() == zxid;
        var nodes = reader.ReadInt();
        var sessions = reader.ReadCount(SmallestSession);
        for (var i = 0; i < sessions && reader.IsValid; i++)
        {
            store.AddSession(new ZnodeSession(reader.ReadLong(), reader.ReadInt(), reader.ReadBuffer().ToArray()));
        }

        if (!isOurs || !reader.IsValid)
        {
            throw new CorruptStoreException(path, "the beginning is damaged");
        }

        while (ReadChunk(stream, path, ref crc) is { Length: > 0 } chunk)
        {
            ReadNodes(path, chunk, store);
        }

        if (store.Count != nodes || stream.Position != stream.Length)
        {
            throw new CorruptStoreException(path, $"there are {store.Count} znodes where {nodes} should be, or bytes behind the end");
        }

        store.Keep();
        return new ZnodeTree(store, zxid);
    }

    private static void WriteNodes(FileStream stream, JuteWriter writer, ZnodeTree tree, ref uint crc)
    {
        var rest = new Stack<string>([ZnodePath.Root]);
        while (rest.TryPop(out var path))
        {
            var node = tree.Find(path) ?? throw new InvalidOperationException($"{path} is listed as a child and is not there");
            writer.String(path);
            writer.Buffer(node.Data.Span);
            writer.Long(node.Czxid);
            writer.Long(node.Mzxid);
            writer.Long(node.Pzxid);
            writer.Long(node.Ctime);
            writer.Long(node.Mtime);
            writer.Int(node.Version);
            writer.Int(node.Creates);
            writer.Int(node.Aversion);
            writer.Long(node.EphemeralOwner);
            Acl.WriteList(writer, node.Acl);
            foreach (var child in node.Children)
            {
                rest.Push(ZnodePath.Child(path, child));
            }

            if (writer.Length >= ChunkTarget)
            {
                WriteChunk(stream, writer, ref crc);
            }
        }

        if (writer.Length > 0)
        {
            WriteChunk(stream, writer, ref crc);
        }
    }

    private static void ReadNodes(string file, byte[] chunk, ZnodeStore store)
    {
        var reader = new JuteReader(chunk);
        while (reader.Remaining > 0)
        {
            var path = reader.ReadString();
            var node = new Znode
            {
                Data = reader.ReadBuffer().ToArray(),
                Czxid = reader.ReadLong(),
                Mzxid = reader.ReadLong(),
                Pzxid = reader.ReadLong(),
                Ctime = reader.ReadLong(),
                Mtime = reader.ReadLong(),
                Version = reader.ReadInt(),
                Creates = reader.ReadInt(),
                Aversion = reader.ReadInt(),
                EphemeralOwner = reader.ReadLong(),
                Acl = Acl.ReadList(ref reader),
            };
            if (!reader.IsValid)
            {
                throw new CorruptStoreException(file, "a znode is damaged");
            }

            store.Put(path, node);
            if (path == ZnodePath.Root)
            {
                continue;
            }

            var parentPath = ZnodePath.Parent(path);
            if (store.Find(parentPath) is not { } parent || (node.IsEphemeral && store.FindSession(node.EphemeralOwner) is null))
            {
                throw new CorruptStoreException(file, $"{path} has no parent, or belongs to no session");
            }

            store.Put(parentPath, parent with { Children = parent.Children.Add(ZnodePath.Name(path)) });
        }
    }

    private static void WriteChunk(FileStream stream, JuteWriter writer, ref uint crc)
    {
        Span<byte> header = stackalloc byte[ChunkHeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, writer.Length);
        crc = Crc32C.Extend(Crc32C.Extend(crc, header[..sizeof(int)]), writer.Written);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(int)..], crc);
        stream.Write(header);
        stream.Write(writer.Written);
        writer.Clear();
    }

    private static byte[] ReadChunk(FileStream stream, string path, ref uint crc)
    {
        Span<byte> header = stackalloc byte[ChunkHeaderLength];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length >= 0 && length <= stream.Length - stream.Position)
            {
                var chunk = new byte[length];
                stream.ReadExactly(chunk);
                crc = Crc32C.Extend(Crc32C.Extend(crc, header[..sizeof(int)]), chunk);
                if (crc == BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(int)..]))
                {
                    return chunk;
                }
            }
        }

        throw new CorruptStoreException(path, $"the chunk that ends at {stream.Position} is damaged or cut off");
    }
}
