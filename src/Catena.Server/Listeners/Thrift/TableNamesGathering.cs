using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Tables;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The answer to tableNames: a range of the catalogue, page by page. A name that is being dropped is there until it is deleted.</summary>
/// <param name="sequenceId">The call's number.</param>
/// <param name="maxFrameBytes">The longest frame.</param>
internal sealed class TableNamesGathering(int sequenceId, int maxFrameBytes) : Gathering
{
    private const int NamesPerRound = 10_000;

    private readonly List<byte[]> _names = [];
    private byte[] _next = [];
    private bool _isOver;
    private (ErrorCode Code, byte[] Text)? _failure;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        if (_failure is { } failure)
        {
            ThriftResults.WriteError(output, CatenaMethod.TableNames, sequenceId, failure.Code, failure.Text);
            return;
        }

        var reply = new ThriftReply();
        reply.List(0, ThriftType.Bytes, _names.Count);
        foreach (var name in _names)
        {
            reply.Element(System.Text.Encoding.ASCII.GetString(name));
        }

        var method = CatenaService.NameOf(CatenaMethod.TableNames);
        if (ThriftReply.OverheadBytes(method) + (long)reply.Length > maxFrameBytes)
        {
            CatenaService.WriteException(output, CatenaMethod.TableNames, sequenceId, CatenaException.InvalidRequest, "the names do not fit one frame"u8);
            return;
        }

        reply.Write(output, method, sequenceId);
    }

    /// <inheritdoc />
    public override void Release()
    {
        // It holds nothing that is pooled.
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_isOver)
        {
            return false;
        }

        Execute(router, new Command { Kind = CommandKind.LookRange, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Limit = NamesPerRound, Items = CatalogueKeys.NamesFrom(_next) }, 0);
        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Range)
        {
            _next = reader.Value.ToArray();
            _isOver = _next.Length == 0;
            for (var index = 0; index < reader.Count; index++)
            {
                _names.Add(CatalogueKeys.NameOf(StoredKey.Key(reader.ReadKey(out _, out _, out _))).ToArray());
            }
        }
        else
        {
            _failure = reader.Kind == ResultKind.Error ? (reader.Error, reader.Value.ToArray()) : (ErrorCode.BadRequest, "a page of names is malformed"u8.ToArray());
            _isOver = true;
        }
    }
}
