using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>A short time in which a partition's first member decides nothing that changes anything, so that its log stands still.</summary>
/// <remarks>
/// <para>
/// A backup's cut is a moment at which all partitions of the cluster were held: what any log holds then was decided before, and whatever
/// depends on it was decided before as well, or after the release and is in no log at its mark. Since nothing new is decided, no transaction
/// can begin to commit under a hold either, which is what will keep one from straddling a backup.
/// </para>
/// <para>
/// Commands that change something wait here, in their order, and are decided when the hold ends; reads go on. A hold ends by itself at
/// its deadline: the host asks <see cref="IsOver" /> before each command and at each tick, so it outlives its limit under no circumstances, whatever
/// became of the one who asked for it. Guarded by the partition's lock.
/// </para>
/// </remarks>
internal sealed class WriteHold
{
    private readonly Queue<HeldCommand> _commands = new();
    private ulong _id;
    private Lsn _mark;
    private Epoch _epoch;
    private long _until;

    /// <summary>Whether a hold is on; the caller has ended one that is over.</summary>
    internal bool IsOn => _id != 0;

    /// <summary>How many commands wait.</summary>
    internal int Count => _commands.Count;

    /// <summary>Begins a hold.</summary>
    /// <param name="id">What it is known by; not 0.</param>
    /// <param name="epoch">The partition's epoch.</param>
    /// <param name="mark">The last entry of its log.</param>
    /// <param name="until">When it ends at the latest.</param>
    internal void Begin(ulong id, Epoch epoch, in Lsn mark, long until)
    {
        Invariant.Holds(!IsOn && id != 0, "a hold began within another");
        _id = id;
        _epoch = epoch;
        _mark = mark;
        _until = until;
    }

    /// <summary>Whether a hold is on whose time has run out.</summary>
    internal bool IsOver(long now) => IsOn && now >= _until;

    /// <summary>Whether the hold of this id is on, has not run out, and neither epoch nor log have moved since it began.</summary>
    internal bool IsUnbroken(ulong id, Epoch epoch, in Lsn last, long now) => id != 0 && id == _id && now < _until && epoch == _epoch && last == _mark;

    /// <summary>Whether the hold of this id is on.</summary>
    internal bool Is(ulong id) => id != 0 && id == _id;

    /// <summary>Ends the hold; the commands that wait are to be taken now.</summary>
    internal void End() => _id = 0;

    /// <summary>Keeps a command until the hold has ended.</summary>
    internal void Keep(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        _commands.Enqueue(new HeldCommand(CommandCodec.Encode(command), request, sink, tag));
    }

    /// <summary>Takes the oldest command that waits, where no hold is on.</summary>
    internal bool TryTake(out HeldCommand command)
    {
        command = default;
        return !IsOn && _commands.TryDequeue(out command);
    }
}
