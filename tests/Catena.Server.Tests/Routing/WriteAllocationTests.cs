using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Routing;

public sealed class WriteAllocationTests
{
    private const int Keys = 1000;
    private const int AtOnce = 200;
    private const int BytesAllowed = 64;

    private readonly byte[][] _keys = [.. Enumerable.Range(0, Keys).Select(number => Encoding.ASCII.GetBytes($"key-{number}"))];
    private readonly byte[] _value = new byte[100];
    private readonly CountingSink _sink = new();

    [Fact]
    public void A_write_allocates_next_to_nothing_once_a_node_has_warmed_up()
    {
        const int puts = 6000;
        using var node = new LoneNode(partitions: 2);
        var router = new CommandRouter(
            node.Core, new PartitionMap(2), new PartitionDirectory(2), new RecordingForwardPort(), new NodeId(7), TimeSpan.FromSeconds(5), failure => throw failure);
        Put(node, router, puts);
        Put(node, router, puts);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Put(node, router, puts);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(3 * puts, _sink.Done);
        Assert.True(allocated <= puts * BytesAllowed, $"{allocated / (double)puts:F1} bytes a write");
    }

    private void Put(LoneNode node, CommandRouter router, int count)
    {
        for (var done = 0; done < count; done += AtOnce)
        {
            router.BeginTurn();
            for (var index = 0; index < AtOnce; index++)
            {
                // Every seventh key is written twice before either write is applied.
                var key = _keys[(done + index - (index % 7 == 6 ? 1 : 0)) % Keys];
                router.Execute(new Command { Kind = CommandKind.Put, Slot = HashSlot.Of(key).Value, Key = key, Value = _value }, _sink, index);
            }

            router.EndTurn();
            node.Flush();
        }
    }

    private sealed class CountingSink : ICommandSink
    {
        internal int Done { get; private set; }

        public void Complete(long tag, ReadOnlySpan<byte> result)
        {
            // An assertion would allocate.
            Done += new ResultReader(result).Kind == ResultKind.Ok ? 1 : 0;
        }
    }
}
