using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>What a client has watched, and what it has queued since MULTI.</summary>
/// <remarks>It is in the memory of the client's connection only, and goes with it: nothing is locked or noted anywhere before EXEC. Only the connection's pump changes it.</remarks>
internal sealed class RedisTransaction
{
    private const int WatchOverheadBytes = 128;

    private readonly List<QueuedRequest> _queue = [];
    private readonly Dictionary<byte[], Lsn> _watched = new(ByteKeyComparer.Instance);
    private long _bytes;

    /// <summary>Whether MULTI was said, so that requests are queued.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether a request was refused instead of queued, so that EXEC does nothing.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>Whether something that is queued may change data.</summary>
    public bool HasWrites { get; private set; }

    /// <summary>What is queued, in order.</summary>
    public IReadOnlyList<QueuedRequest> Queue => _queue;

    /// <summary>The watched keys, in their stored form, each with the version it had, zero for absence.</summary>
    public IReadOnlyDictionary<byte[], Lsn> Watched => _watched;

    /// <summary>Begins a transaction; there is none.</summary>
    public void Open() => IsOpen = true;

    /// <summary>Lets EXEC refuse the transaction, if there is one; what is queued is not needed any more.</summary>
    public void Spoil()
    {
        if (IsOpen)
        {
            IsSpoilt = true;
            _queue.Clear();
        }
    }

    /// <summary>Queues a request.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">How much may be queued and watched.</param>
    /// <returns>False where there is no room.</returns>
    public bool TryQueue(RedisCommand command, RespRequest request, long maxBytes)
    {
        if (IsSpoilt)
        {
            return true;
        }

        var kept = new RespKeptRequest(request);
        if (_bytes + kept.MemoryBytes > maxBytes)
        {
            return false;
        }

        _bytes += kept.MemoryBytes;
        _queue.Add(new QueuedRequest(command, kept));
        HasWrites |= command.IsWrite;
        return true;
    }

    /// <summary>Whether a key is watched already.</summary>
    /// <param name="storedKey">The key.</param>
    public bool IsWatched(byte[] storedKey) => _watched.ContainsKey(storedKey);

    /// <summary>Whether there is room to watch more keys.</summary>
    /// <param name="storedKeys">The keys.</param>
    /// <param name="maxBytes">How much may be queued and watched.</param>
    public bool CanWatch(IReadOnlyCollection<byte[]> storedKeys, long maxBytes) => _bytes + BytesOf(storedKeys) <= maxBytes;

    /// <summary>Watches a key; one that is watched already keeps the version that it had first.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="version">Its version; zero where it is absent.</param>
    public void Watch(byte[] storedKey, Lsn version)
    {
        if (_watched.TryAdd(storedKey, version))
        {
            _bytes += BytesOf([storedKey]);
        }
    }

    /// <summary>Watches nothing any more.</summary>
    public void Unwatch()
    {
        _bytes -= BytesOf(_watched.Keys);
        _watched.Clear();
    }

    /// <summary>Ends the transaction, if there is one, and watches nothing any more.</summary>
    public void End()
    {
        IsOpen = false;
        IsSpoilt = false;
        HasWrites = false;
        _queue.Clear();
        _watched.Clear();
        _bytes = 0;
    }

    private static long BytesOf(IReadOnlyCollection<byte[]> storedKeys) => storedKeys.Sum(key => (long)key.Length + WatchOverheadBytes);
}
