using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>Transactions as the log holds them: zxid, time, kind, session and what the kind needs, in Jute.</summary>
internal static class TransactionCodec
{
    // Numbers on disk: never change, only append.
    private const int KindOpenSession = 1;
    private const int KindCloseSession = 2;
    private const int KindUpdate = 3;

    /// <summary>Writes a transaction.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="zxid">The number it will have.</param>
    /// <param name="time">The time it happens at.</param>
    /// <param name="transaction">The transaction.</param>
    public static void Write(JuteWriter writer, long zxid, long time, Transaction transaction)
    {
        writer.Long(zxid);
        writer.Long(time);
        switch (transaction)
        {
            case OpenSession open:
                writer.Int(KindOpenSession);
                writer.Long(open.SessionId);
                writer.Int(open.TimeoutMilliseconds);
                writer.Buffer(open.Password.Span);
                break;
            case CloseSession close:
                writer.Int(KindCloseSession);
                writer.Long(close.SessionId);
                break;
            case Update update:
                writer.Int(KindUpdate);
                writer.Long(update.SessionId);
                writer.Int(update.Ops.Count);
                foreach (var op in update.Ops)
                {
                    writer.Int((int)OpCodec.TypeOf(op));
                    OpCodec.Write(writer, op);
                }

                break;
            default:
                throw new ArgumentException($"{transaction.GetType().Name} has no form on disk", nameof(transaction));
        }
    }

    /// <summary>Reads a transaction; null, or an invalid reader, where there is none.</summary>
    /// <param name="reader">Stands before the transaction.</param>
    /// <param name="zxid">Its number.</param>
    /// <param name="time">The time it happened at.</param>
    public static Transaction? Read(ref JuteReader reader, out long zxid, out long time)
    {
        zxid = reader.ReadLong();
        time = reader.ReadLong();
        var kind = reader.ReadInt();
        var session = reader.ReadLong();
        switch (kind)
        {
            case KindOpenSession:
                return new OpenSession(session, reader.ReadInt(), reader.ReadBuffer().ToArray());
            case KindCloseSession:
                return new CloseSession(session);
            case KindUpdate:
                var count = reader.ReadCount(sizeof(int));
                var ops = new List<Op>(count);
                for (var i = 0; i < count && reader.IsValid; i++)
                {
                    if (OpCodec.Read((OpCode)reader.ReadInt(), ref reader) is not { } op)
                    {
                        return null;
                    }

                    ops.Add(op);
                }

                return new Update(session, ops);
            default:
                return null;
        }
    }
}
