using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Core.Commands;

/// <summary>Which keys a command reads and writes, known before it is decided: what has to be locked for it, or fetched.</summary>
public static class CommandKeys
{
    // A write that goes on whatever was there before needs no look at it; all other flags ask what there is.
    private const CommandFlags Looks = ~CommandFlags.None;

    [ThreadStatic]
    private static byte[]? _buffer;

    /// <summary>Whether a command's keys can all be named beforehand; of scans, counts and clearings they cannot.</summary>
    public static bool AreNamed(CommandKind kind) => kind is >= CommandKind.Get and <= CommandKind.ExpiryTime or >= CommandKind.Put and <= CommandKind.Copy and not CommandKind.Clear;

    /// <summary>Shows all keys of a command; keys of a length that no key has are left out, for whoever decides the command to refuse.</summary>
    /// <param name="command">One whose keys <see cref="AreNamed" />; of others nothing is shown.</param>
    /// <param name="visitor">Who is shown them.</param>
    /// <typeparam name="TVisitor">The visitor's type.</typeparam>
    public static void Visit<TVisitor>(in Command command, ref TVisitor visitor)
        where TVisitor : ICommandKeyVisitor, allows ref struct
    {
        switch (command.Kind)
        {
            case CommandKind.Get or CommandKind.Length or CommandKind.ExpiryTime:
                Visit(command, command.Key, KeyAccess.Read, ref visitor);
                break;
            case CommandKind.GetMany or CommandKind.Exists:
                VisitItems(command, KeyAccess.Read, everyOther: false, ref visitor);
                break;
            case CommandKind.Put:
                Visit(command, command.Key, (command.Flags & Looks) == 0 && command.Deadline == 0 ? KeyAccess.Write : KeyAccess.ReadWrite, ref visitor);
                break;
            case CommandKind.PutMany:
                VisitItems(command, (command.Flags & Looks) == 0 ? KeyAccess.Write : KeyAccess.ReadWrite, everyOther: true, ref visitor);
                break;
            case CommandKind.Delete:
                VisitItems(command, KeyAccess.ReadWrite, everyOther: false, ref visitor);
                break;
            case CommandKind.CombineBits:
                VisitItems(command, KeyAccess.Read, everyOther: false, ref visitor);
                Visit(command, command.Key, KeyAccess.ReadWrite, ref visitor);
                break;
            case CommandKind.Move or CommandKind.Copy:
                Visit(command, command.Key, command.Kind == CommandKind.Move ? KeyAccess.ReadWrite : KeyAccess.Read, ref visitor);
                Visit(command, command.Value, (command.Flags & Looks) == 0 ? KeyAccess.Write : KeyAccess.ReadWrite, ref visitor);
                break;
            case CommandKind.Clear or CommandKind.Scan or CommandKind.Count:
                break;
            default:
                Visit(command, command.Key, KeyAccess.ReadWrite, ref visitor);
                break;
        }
    }

    private static void VisitItems<TVisitor>(in Command command, KeyAccess access, bool everyOther, ref TVisitor visitor)
        where TVisitor : ICommandKeyVisitor, allows ref struct
    {
        var isValue = false;
        foreach (var item in new PackedList(command.Items))
        {
            if (!isValue)
            {
                Visit(command, item, access, ref visitor);
            }

            isValue = everyOther && !isValue;
        }
    }

    private static void Visit<TVisitor>(in Command command, ReadOnlySpan<byte> key, KeyAccess access, ref TVisitor visitor)
        where TVisitor : ICommandKeyVisitor, allows ref struct
    {
        if (key.Length is >= 1 and <= StoredKey.MaxKeyLength)
        {
            var buffer = _buffer ??= new byte[StoredKey.MaxLength];
            var slot = command.Slot == Command.SeveralSlots ? HashSlot.Of(key).Value : command.Slot;
            visitor.Visit(buffer.AsSpan(0, StoredKey.Write(buffer, slot, command.Table, key)), access);
        }
    }
}
