using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>A command on its way: kept until its outcome is known, so that it can be sent again wherever its partition went.</summary>
/// <remarks>
/// It is at one place at a time: parked, at a host of this node, or at another node. Whoever ends an attempt (<see cref="TryEnd" />)
/// owns the command until the next one begins; an answer to an attempt that was ended already is ignored.
/// One that is done is used again for another, whose attempts are numbered on from its own.
/// </remarks>
internal sealed class RoutedCommand(CommandRouter router) : ICommandSink
{
    /// <summary>The longest encoding whose memory is kept with the command; what is longer is rented.</summary>
    private const int LongestKept = 4096;

    /// <summary>About what a command takes beside its encoding.</summary>
    private const int OwnBytes = 128;

    private byte[] _encoded = [];
    private int _length;
    private ICommandSink? _sink;
    private long _tag;
    private int _attempt;
    private int _awayAttempt = -1;

    /// <summary>The number of the attempt under way; what answers an earlier one is ignored.</summary>
    internal int Attempt => Volatile.Read(ref _attempt);

    internal ulong Id { get; private set; }

    internal PartitionId Partition { get; private set; }

    internal bool IsWrite { get; private set; }

    /// <summary>The request's number at this node for its partition; 0 for a read.</summary>
    internal ulong Sequence { get; private set; }

    internal long Deadline { get; private set; }

    /// <summary>Which node the attempt under way is at; none while parked.</summary>
    internal NodeId At { get; set; }

    /// <summary>The attempt that was last sent to another node; who calls it back ends that, and no other.</summary>
    internal int AwayAttempt
    {
        get => Volatile.Read(ref _awayAttempt);
        set => Volatile.Write(ref _awayAttempt, value);
    }

    internal long NotBefore { get; set; }

    /// <summary>Whether it was ever sent to another node: who looks through those that are may then still know of it when it is done.</summary>
    internal bool WasAway { get; set; }

    /// <summary>The next one of those that are to be used again.</summary>
    internal RoutedCommand? NextFree { get; set; }

    internal int MemoryBytes => OwnBytes + _encoded.Length;

    /// <summary>Whether it is a read that only the first member can see to.</summary>
    internal bool WantsFirst { get; set; }

    /// <summary>Whether an earlier attempt may have been carried out.</summary>
    internal bool IsOpen { get; set; }

    internal ReadOnlySpan<byte> Encoded => _encoded.AsSpan(0, _length);

    public void Complete(long tag, ReadOnlySpan<byte> result) => router.Answered(this, (int)tag, result);

    /// <summary>Ends an attempt, so that whoever ended it is the only one to decide what comes next.</summary>
    internal bool TryEnd(int attempt) => Interlocked.CompareExchange(ref _attempt, attempt + 1, attempt) == attempt;

    internal void Begin(
        ulong id, PartitionId partition, in Command command, ArrayBufferWriter<byte> scratch, ulong sequence, long deadline, ICommandSink sink, long tag)
    {
        scratch.ResetWrittenCount();
        CommandCodec.Write(scratch, command);
        if (_encoded.Length < scratch.WrittenCount)
        {
            ReturnMemory();
            _encoded = ArrayPool<byte>.Shared.Rent(scratch.WrittenCount);
        }

        scratch.WrittenSpan.CopyTo(_encoded);
        _length = scratch.WrittenCount;
        Id = id;
        Partition = partition;
        IsWrite = command.IsWrite;
        Sequence = sequence;
        Deadline = deadline;
        _sink = sink;
        _tag = tag;
        IsOpen = false;
        WantsFirst = false;
        WasAway = false;
        NotBefore = 0;
        At = NodeId.None;
    }

    /// <summary>Hands the outcome to whoever asked; only the first call does.</summary>
    internal bool TryFinish(ReadOnlySpan<byte> result)
    {
        if (Interlocked.Exchange(ref _sink, null) is not { } sink)
        {
            return false;
        }

        sink.Complete(_tag, result);
        return true;
    }

    /// <summary>Gives memory back that is too much to be kept for the next command.</summary>
    internal void TrimMemory()
    {
        if (_encoded.Length > LongestKept)
        {
            ReturnMemory();
        }
    }

    /// <summary>Gives its memory back.</summary>
    internal void ReturnMemory()
    {
        var encoded = _encoded;
        _encoded = [];
        _length = 0;
        ArrayPool<byte>.Shared.Return(encoded);
    }
}
