using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server.Storage;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Takes a transaction through log and tree, in the order that keeps both alike.</summary>
/// <remarks>
/// Room in the log is made sure of first, so that a transaction is either refused before anything happened or certain to be written.
/// The flush comes later, once for a whole batch; until then nobody may hear of the result.
/// </remarks>
/// <param name="store">Log and tree.</param>
/// <param name="clock">Gives the time that ends up in stats.</param>
/// <param name="tell">Takes the events of watches that fired.</param>
internal sealed class TransactionRunner(TransactionStore store, TimeProvider clock, Action<WatchNotification> tell)
{
    private readonly JuteWriter _bytes = new();
    private readonly List<WatchNotification> _notifications = [];

    /// <summary>Carries out a transaction.</summary>
    /// <param name="transaction">What is to happen.</param>
    public TransactionResult Run(Transaction transaction)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _bytes.Clear();
        TransactionCodec.Write(_bytes, store.Tree.LastZxid + 1, time, transaction);
        if (!store.TryReserve(_bytes.Length))
        {
            return new TransactionResult(ErrorCode.SystemError, []);
        }

        var result = store.Tree.Apply(transaction, time, _notifications);
        if (result.Error == ErrorCode.Ok)
        {
            store.Append(_bytes.Written);
        }

        foreach (var notification in _notifications)
        {
            tell(notification);
        }

        _notifications.Clear();
        return result;
    }
}
