using Catena.Core.Primitives;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server.Storage;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Tests.Protocol;

public sealed class ParserFuzzTests
{
    private const ulong Seed = 20260101;
    private const int Rounds = 20_000;

    [Fact]
    public void No_bytes_make_a_parser_throw_or_build_more_than_the_bytes_could_hold()
    {
        var random = new Prng(Seed);
        var valid = ValidRecords();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(random, valid[random.Next(valid.Count)]);
            try
            {
                ParseAll(bytes, random);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, round {round}, bytes {Convert.ToHexString(bytes)}: {e}");
            }
        }
    }

    internal static byte[] Mutate(Prng random, byte[] valid)
    {
        var bytes = valid.ToArray();
        for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
        {
            switch (random.Next(4))
            {
                case 0:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 2:
                    bytes[random.Next(bytes.Length)] = (byte)(random.Chance(0.5) ? 0xff : 0x7f);
                    break;
                default:
                    var at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }

    private static void ParseAll(byte[] bytes, Prng random)
    {
        var reader = new JuteReader(bytes);
        ConnectRequest.Read(ref reader);
        reader = new JuteReader(bytes);
        ConnectResponse.Read(ref reader);
        reader = new JuteReader(bytes);
        WatchedEvent.Read(ref reader);
        reader = new JuteReader(bytes);
        OpCodec.Read((OpCode)random.Next(25), ref reader);
        var ops = new List<Op>();
        reader = new JuteReader(bytes);
        MultiCodec.TryReadRequest(ref reader, ops, []);
        Assert.InRange(ops.Count, 0, bytes.Length / 9);
        reader = new JuteReader(bytes);
        Assert.InRange(MultiCodec.ReadResponse(ref reader).Count, 0, (bytes.Length / 9) + 1);
        var reads = new List<(ReadOp, bool)>();
        reader = new JuteReader(bytes);
        MultiReadCodec.TryReadRequest(ref reader, reads);
        Assert.InRange(reads.Count, 0, bytes.Length / 9);
        reader = new JuteReader(bytes);
        Assert.InRange(MultiReadCodec.ReadResponse(ref reader).Count, 0, (bytes.Length / 9) + 1);
        reader = new JuteReader(bytes);
        var acl = AccessControl.Resolve(Acl.ReadList(ref reader), [new Identity("ip", "127.0.0.1")]);
        AccessControl.Allows(acl, Permissions.Read, [new Identity("ip", "127.0.0.1"), new Identity("digest", "a:b")]);
        reader = new JuteReader(bytes);
        var watches = SetWatches.Read(ref reader, withPersistent: true);
        Assert.InRange(watches.Data.Capacity, 0, bytes.Length);
        reader = new JuteReader(bytes);
        TransactionCodec.Read(ref reader, out _, out _);
    }

    private static List<byte[]> ValidRecords()
    {
        Action<JuteWriter>[] writes =
        [
            writer => new ConnectRequest(1, 2, 3, new byte[16], false).Write(writer),
            writer => OpCodec.Write(writer, new CreateOp("/a", new byte[10])),
            writer => MultiCodec.WriteRequest(writer, [new CreateOp("/a", new byte[3]), new DeleteOp("/b", 1), new SetDataOp("/c", default, 2)]),
            writer => MultiCodec.WriteResponse(writer, [OpCode.Create2, OpCode.Delete], [new(ErrorCode.Ok, "/a", default(Stat)), new(ErrorCode.Ok)]),
            writer => new SetWatches(1, ["/a"], ["/b"], ["/c"], ["/d"], ["/e"]).Write(writer, true),
            writer => TransactionCodec.Write(writer, 1, 2, new Update(3, [new CreateOp("/a", new byte[3])])),
            writer => MultiReadCodec.WriteRequest(writer, [new GetDataOp("/a"), new GetChildrenOp("/b")]),
            writer =>
            {
                MultiReadCodec.WriteResult(writer, new GetDataOp("/a"), new ReadResult(ErrorCode.Ok) { Data = new byte[3], Stat = default(Stat) });
                MultiReadCodec.WriteResult(writer, new GetChildrenOp("/b"), new ReadResult(ErrorCode.Ok) { Names = ["x", "y"] });
                MultiReadCodec.WriteEnd(writer);
            },
            writer => Acl.WriteList(writer, [new Acl(1, "ip", "127.0.0.0/8"), new Acl(31, "digest", "a:b"), new Acl(3, "auth", "")]),
            writer => new WatchedEvent(WatchedEventType.NodeCreated, "/a").Write(writer),
        ];
        return
        [
            .. writes.Select(write =>
            {
                var writer = new JuteWriter();
                write(writer);
                return writer.Written.ToArray();
            }),
        ];
    }
}
