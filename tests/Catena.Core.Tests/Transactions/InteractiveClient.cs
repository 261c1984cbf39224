using Catena.Core.Data;
using Catena.Core.Transactions.Coordination;

namespace Catena.Core.Tests.Transactions;

/// <summary>A client of a transaction that thinks between its steps, and begins anew when others were in the way.</summary>
/// <param name="cluster">Where it runs.</param>
/// <param name="age">How old its transaction is.</param>
/// <param name="body">What it does in a transaction: takes the result of each step, and gives the next; ends with null, which is to commit.</param>
internal sealed class InteractiveClient(TransactionCluster cluster, ulong age, Func<IEnumerator<Func<ReadOnlyMemory<byte>, byte[]?>>> body)
{
    private IEnumerator<Func<ReadOnlyMemory<byte>, byte[]?>> _steps = null!;
    private InteractiveTransaction _transaction = null!;
    private bool _isLost;

    /// <summary>How old it is.</summary>
    internal ulong Age => age;

    /// <summary>How often it has begun.</summary>
    internal int Attempts { get; private set; }

    /// <summary>What became of it; null while that is open.</summary>
    internal ResultKind? Outcome { get; private set; }

    /// <summary>The error with which it has ended.</summary>
    internal ErrorCode Error { get; private set; }

    /// <summary>Begins, for the first time or once more.</summary>
    internal void Begin(bool locks)
    {
        Attempts++;
        _steps = body();
        _transaction = cluster.Begin(this, locks);
        Told(EncodedResults.Ok);
    }

    /// <summary>Takes the result of the last step, and does the next.</summary>
    internal void Told(byte[] result)
    {
        var reader = new ResultReader(result);
        var isOver = _transaction.IsOver || _transaction.HasGivenUp;
        if (_isLost && isOver)
        {
            _isLost = false;
            Begin(locks: Attempts > 2);
        }
        else if (reader.Kind == ResultKind.Error && reader.Error is ErrorCode.Aborted or ErrorCode.TryAgain && Attempts < 50)
        {
            _isLost = true;
            if (isOver)
            {
                Told(result);
            }
            else
            {
                _transaction.Rollback(cluster.Now);
                cluster.Advance(_transaction);
            }
        }
        else if (isOver)
        {
            (Outcome, Error) = (reader.Kind, reader.Error);
        }
        else
        {
            if (_steps.MoveNext() && _steps.Current(result) is { } command)
            {
                _transaction.Execute(command, cluster.Now, 1_000);
            }
            else
            {
                _transaction.Commit(cluster.Now);
            }

            cluster.Advance(_transaction);
        }
    }
}
