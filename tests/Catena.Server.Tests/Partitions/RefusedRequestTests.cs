using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Partitions;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Partitions;

/// <summary>A numbered request that was answered as changing nothing changes nothing later either.</summary>
public sealed class RefusedRequestTests : IDisposable
{
    private readonly LoneNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_late_copy_of_a_refused_request_is_not_carried_out()
    {
        _node.Put("k", "old");
        _node.Flush();
        var late = new RequestId(77, 1, 5, 4);
        PutIfAbsent("k", late);
        Assert.Equal(ResultKind.Nil, new ResultReader(_node.Results[^1].Result).Kind);

        Delete("k");
        _node.Flush();
        PutIfAbsent("k", late);
        _node.Flush();
        Assert.Equal(ResultKind.Nil, new ResultReader(_node.Results[^1].Result).Kind);
        _node.Get("k");
        Assert.Equal(ResultKind.Nil, new ResultReader(_node.Results[^1].Result).Kind);

        PutIfAbsent("k", new RequestId(77, 1, 6, 5));
        _node.Flush();
        Assert.Equal(ResultKind.Ok, new ResultReader(_node.Results[^1].Result).Kind);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var refused = new RefusedRequests();
        for (ulong sequence = 1; sequence <= 5_000; sequence++)
        {
            refused.Note(new RequestId(1, 1, sequence, sequence - 1), Encoding.ASCII.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.Null(refused.Find(new RequestId(1, 1, 904, 903)));
        Assert.Equal("905"u8.ToArray(), refused.Find(new RequestId(1, 1, 905, 904)));
        refused.Note(new RequestId(1, 2, 1, 0), new byte[2_000]);
        Assert.Null(refused.Find(new RequestId(1, 2, 1, 0)));
        refused.Note(RequestId.None, [1]);
        Assert.Null(refused.Find(RequestId.None));
    }

    private void PutIfAbsent(string key, in RequestId request) => Execute(key, CommandKind.Put, CommandFlags.IfAbsent, request);

    private void Delete(string key) => Execute(key, CommandKind.Delete, CommandFlags.None, RequestId.None);

    private void Execute(string key, CommandKind kind, CommandFlags flags, in RequestId request)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var items = new System.Buffers.ArrayBufferWriter<byte>();
        PackedList.Add(items, bytes);
        var command = new Command
        {
            Kind = kind,
            Flags = flags,
            Slot = HashSlot.Of(bytes).Value,
            Key = bytes,
            Value = kind == CommandKind.Put ? "new"u8 : default,
            Items = kind == CommandKind.Delete ? items.WrittenSpan : default,
        };
        _node.Host().Execute(command, request, _node, 0);
    }
}
