using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Tables;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>A request over a whole table, in many commands: where its number turns out to be out of date, it begins anew under the one that it has now.</summary>
/// <param name="tables">Knows the numbers.</param>
/// <param name="name">The table's name.</param>
/// <param name="method">What was called.</param>
/// <param name="sequenceId">The call's number.</param>
internal abstract class NamedGathering(TableCatalogue tables, byte[] name, CatenaMethod method, int sequenceId) : Gathering
{
    private const long ResolutionTag = -1;

    private (ErrorCode Code, byte[] Text)? _failure;
    private bool _isKnown = TableName.IsDefault(name);
    private bool _isRefused;
    private int _attempts;

    /// <summary>The table's number.</summary>
    protected ushort Table { get; private set; }

    /// <summary>The call's number.</summary>
    protected int SequenceId => sequenceId;

    /// <inheritdoc />
    public sealed override void WriteReply(IBufferWriter<byte> output)
    {
        if (_failure is { } failure)
        {
            ThriftResults.WriteError(output, method, sequenceId, failure.Code, failure.Text);
        }
        else
        {
            WriteResult(output);
        }
    }

    /// <inheritdoc />
    public override void Release()
    {
        // It holds nothing that is pooled.
    }

    /// <inheritdoc />
    internal sealed override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Error && reader.Error == ErrorCode.NoSuchTable && tag != ResolutionTag)
        {
            _isRefused = true;
        }
        else if (reader.Kind == ResultKind.Error)
        {
            Fail(reader.Error, reader.Value);
        }
        else if (tag == ResolutionTag)
        {
            (Table, _isKnown) = ((ushort)reader.Integer, true);
        }
        else
        {
            TakeResult(reader);
        }
    }

    /// <inheritdoc />
    protected sealed override bool StartRound(ICommandRouter router)
    {
        if (_isRefused && ++_attempts == NamedCall.MaxAttempts)
        {
            Fail(ErrorCode.TryAgain, "the table was dropped and created again all the time"u8);
        }

        if (_failure is not null)
        {
            return false;
        }

        if (_isRefused)
        {
            tables.Forget(name, Table);
            (_isRefused, _isKnown) = (false, false);
            Restart();
        }

        if (!_isKnown)
        {
            Await(() => tables.Resolve(name, this, ResolutionTag));
            return true;
        }

        return StartCommands(router);
    }

    /// <summary>Has the request fail.</summary>
    protected void Fail(ErrorCode code, ReadOnlySpan<byte> text) => _failure ??= (code, text.ToArray());

    /// <summary>Forgets what was gathered.</summary>
    protected abstract void Restart();

    /// <summary>As <see cref="Gathering.StartRound" />, once the table's number is known.</summary>
    protected abstract bool StartCommands(ICommandRouter router);

    /// <summary>Takes the result of a command that did not fail.</summary>
    protected abstract void TakeResult(ResultReader reader);

    /// <summary>Writes the reply where nothing failed.</summary>
    protected abstract void WriteResult(IBufferWriter<byte> output);
}
