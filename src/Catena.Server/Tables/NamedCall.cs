using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Tables;

/// <summary>A call on tables that were created by a name: carried out under the numbers that they have, and once more where these have gone out of date.</summary>
/// <remarks>
/// A partition that refuses a number has done nothing, so the call may be repeated under another. What the client is told in the end, the catalogue has said: a node's memory of names
/// is only a hint.
/// </remarks>
/// <param name="catalogue">Knows the numbers.</param>
/// <param name="order">Those beside which it keeps its order.</param>
/// <param name="tables">The names, and the numbers under which it was carried out last.</param>
/// <param name="sink">Where the result goes.</param>
/// <param name="tag">Handed back with the result.</param>
public abstract class NamedCall(TableCatalogue catalogue, CallOrder order, TableNumbers tables, ICommandSink sink, long tag) : ICommandSink
{
    /// <summary>How often it is carried out at most: somebody would have to drop and create its tables as often meanwhile.</summary>
    internal const int MaxAttempts = 8;

    private int _attempts;
    private byte[]? _error;

    /// <summary>The names, and the numbers under which it is carried out.</summary>
    public TableNumbers Tables => tables;

    /// <summary>Those beside which it keeps its order.</summary>
    internal CallOrder Order => order;

    /// <summary>Whether it has been found out what becomes of it: all numbers are known, or one cannot be.</summary>
    internal bool IsSettled { get; private set; }

    /// <summary>Whether it is carried out a second time, or later still.</summary>
    protected bool IsRepeated => _attempts > 1;

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Error || reader.Error != ErrorCode.NoSuchTable)
        {
            End(result);
        }
        else if (_attempts < MaxAttempts)
        {
            catalogue.Repeat(this);
        }
        else
        {
            End(TableResults.KeepsChanging);
        }
    }

    /// <summary>Carries it out.</summary>
    internal void Begin(ICommandRouter router)
    {
        _attempts++;
        Execute(router);
    }

    /// <summary>Says that its numbers are looked for.</summary>
    internal void Unsettle() => IsSettled = false;

    /// <summary>Says what has been found out.</summary>
    /// <param name="error">Why it cannot be carried out; null where it can.</param>
    internal void Settle(byte[]? error) => (IsSettled, _error) = (true, error);

    /// <summary>Carries it out, or answers it, as was found out.</summary>
    internal void Go(ICommandRouter router)
    {
        if (_error is { } error)
        {
            End(error);
        }
        else
        {
            Begin(router);
        }
    }

    /// <summary>Answers without carrying it out.</summary>
    internal void End(ReadOnlySpan<byte> result) => sink.Complete(tag, Told(result));

    /// <summary>Gives the command to the router, with this as its sink.</summary>
    /// <param name="router">The router.</param>
    protected abstract void Execute(ICommandRouter router);

    /// <summary>What the client is told of a result.</summary>
    /// <param name="result">The result.</param>
    protected virtual ReadOnlySpan<byte> Told(ReadOnlySpan<byte> result) => result;
}
