using System.Buffers;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tests.Commands;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;

namespace Catena.Core.Tests.Transactions;

/// <summary>One partition of a cluster in memory that decides and applies at once; who meets the locks of others is refused.</summary>
internal sealed class TransactionPartition(SlotRange slots)
{
    private readonly CommandDecider _decider = new(slots, 1_000);

    internal KeySpace Keys { get; } = new();

    internal TransactionBook Book { get; } = new();

    internal long Now { get; set; } = 1_000;

    /// <summary>The encoded result of a command.</summary>
    internal byte[] Ask(in Command command)
    {
        if (IsLocked(command))
        {
            var refusal = new ArrayBufferWriter<byte>();
            ResultWriter.WriteError(refusal, ErrorCode.TryAgain, "locked"u8);
            return refusal.WrittenSpan.ToArray();
        }

        _decider.Decide(command, Keys, Now);
        Keys.Apply(_decider.Mutations);
        for (var mutations = new MutationReader(_decider.Mutations); mutations.MoveNext();)
        {
            Book.Note(mutations.Current);
        }

        return _decider.Result.ToArray();
    }

    internal byte[] Ask(TransactionAsk ask) => Ask(ask.Command);

    /// <summary>The value of a key; null where there is none.</summary>
    internal string? ValueOf(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Keys.Keys.TryGetValue(Encoding.Latin1.GetString(Stored(bytes)), out var found) ? found.Value : null;
    }

    internal static byte[] Stored(ReadOnlySpan<byte> key)
    {
        var stored = new byte[StoredKey.PrefixLength + key.Length];
        StoredKey.Write(stored, HashSlot.Of(key).Value, 0, key);
        return stored;
    }

    private bool IsLocked(in Command command)
    {
        var collector = new Collector(Book.Locks);
        switch (command.Kind)
        {
            case CommandKind.Prepare or CommandKind.Decide:
                TransactionPart.TryRead(command.Items, out var part);
                collector.Self = part.Id;
                for (var reads = part.Reads; command.Number != (long)TransactionVerdict.Aborted && reads.MoveNext();)
                {
                    collector.Visit(reads.Key, (part.Flags & PartFlags.Locks) != 0 ? KeyAccess.Write : KeyAccess.Read);
                }

                for (var ranges = part.Ranges; command.Number != (long)TransactionVerdict.Aborted && ranges.MoveNext();)
                {
                    collector.Visit(ranges.Range);
                }

                for (var writes = new MutationReader(part.Writes); command.Number != (long)TransactionVerdict.Aborted && writes.MoveNext();)
                {
                    collector.Visit(writes.Current.Key, KeyAccess.Write);
                }

                break;
            case CommandKind.Look:
                foreach (var key in new PackedList(command.Items))
                {
                    collector.Visit(key, KeyAccess.Read);
                }

                break;
            case CommandKind.LookRange:
                collector.Self = command.Value.IsEmpty ? default : TransactionId.Read(command.Value);
                collector.Visit(KeyRange.Of(command));
                break;
            case CommandKind.Finish or CommandKind.Forget or CommandKind.Transact:
                break;
            default:
                CommandKeys.Visit(command, ref collector);
                break;
        }

        return collector.IsLocked;
    }

    private struct Collector(LockTable locks) : ICommandKeyVisitor
    {
        internal TransactionId Self { get; set; }

        internal bool IsLocked { get; private set; }

        public void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access) =>
            IsLocked |= locks.FindHolder(storedKey, (access & KeyAccess.Write) != 0, Self) is not null;

        internal void Visit(KeyRange range) => IsLocked |= locks.FindHolder(range, Self) is not null;
    }
}
