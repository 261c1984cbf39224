using System.Buffers;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Server.Listeners.Redis.Forms;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>One read whose reply takes long to make, so that the connection makes it and not the thread that completes the read.</summary>
/// <param name="slot">The slot of the keys.</param>
/// <param name="keys">The keys, as a packed list; a single one where the form takes a value.</param>
/// <param name="form">Makes the reply of a value, or of the list of values where there are several keys.</param>
/// <param name="version">The version of the reply.</param>
internal sealed class ReadGathering(ushort slot, ReadOnlySpan<byte> keys, IReplyForm form, RespVersion version) : Gathering
{
    private readonly byte[] _keys = keys.ToArray();
    private readonly PooledBuffer _result = new();

    /// <summary>The read.</summary>
    public Command Command
    {
        get
        {
            var list = new PackedList(_keys);
            list.MoveNext();
            return PackedList.Count(_keys) == 1
                ? new Command { Kind = CommandKind.Get, Slot = slot, Key = list.Current }
                : new Command { Kind = CommandKind.GetMany, Slot = slot, Items = _keys };
        }
    }

    /// <summary>Makes the reply.</summary>
    public IReplyForm Form => form;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, version);
        var reader = new ResultReader(_result.Written);
        if (reader.Kind == ResultKind.Error)
        {
            RedisResults.WriteError(writer, reader.Error, reader.Value);
        }
        else
        {
            form.Write(writer, ref reader);
        }
    }

    /// <inheritdoc />
    public override void Release() => _result.Release();

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_result.Length > 0)
        {
            return false;
        }

        Execute(router, Command, 0);
        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result) => _result.Append(result);
}
