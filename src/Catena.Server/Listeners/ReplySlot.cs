using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Listeners;

/// <summary>The place of one command's reply among the replies of its connection.</summary>
/// <remarks>
/// <para>
/// The connection's pump takes a slot, starts the command and, once the slot is done, appends its bytes to the output and uses
/// it again. In between, the thread that completes the command owns it: it encodes the reply and publishes it with a release
/// write of the state. Nobody locks.
/// </para>
/// <para>
/// A command that completes while the pump is still inside the router, and that no earlier one is ahead of, is encoded straight
/// into the output. The thread's id tells that case apart: only the pump ever writes its own id, and takes it back before it
/// leaves, so no other thread can read its own id there.
/// </para>
/// </remarks>
internal sealed class ReplySlot : ICommandSink
{
    /// <summary>How much of its first key a command that goes on beside the pump leaves with its slot.</summary>
    public const int KeyBytes = 128;

    private const int KeptBytes = 512;

    private readonly ClientConnection _connection;
    private readonly PooledBuffer _bytes = new();
    private PooledBuffer? _direct;
    private int _pumpThread;
    private long _tag;
    private int _isDone;
    private bool _isUnderWay;
    private byte[] _key = [];
    private int _keyLength;
    private bool _wasInside;
    private ulong _short;

    /// <summary>A free slot.</summary>
    /// <param name="connection">The connection whose replies it holds.</param>
    public ReplySlot(ClientConnection connection) => _connection = connection;

    /// <summary>How the result becomes a reply, as a number of the connection's protocol.</summary>
    public int Shape { get; private set; }

    /// <summary>What the protocol needs to answer, such as a call's number.</summary>
    public int Note { get; private set; }

    /// <summary>What makes the reply of the result, with what the request said, where a shape cannot say it; null otherwise.</summary>
    public object? Form { get; private set; }

    /// <summary>The bytes of the request, for as long as it is under way.</summary>
    public int RequestBytes { get; private set; }

    /// <summary>Whether the reply is dropped.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>When the command was begun, by Stopwatch; 0 where its time is not taken, or was taken already.</summary>
    public long BegunAt { get; set; }

    /// <summary>When the command was complete, by Stopwatch; only where its time is taken and it is done.</summary>
    public long DoneAt { get; private set; }

    /// <summary>The beginning of the command's first key, where one was left.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Whether the reply is complete.</summary>
    public bool IsDone => Volatile.Read(ref _isDone) != 0;

    /// <summary>The reply's bytes; none where they went straight into the output.</summary>
    public ReadOnlySpan<byte> Reply => _short == 0 ? _bytes.Written : ShortReply.BytesOf(in _short);

    /// <summary>Makes the slot hold the reply of a command that is about to start.</summary>
    /// <param name="tag">The command's number on its connection.</param>
    /// <param name="shape">See <see cref="Shape" />.</param>
    /// <param name="note">See <see cref="Note" />.</param>
    /// <param name="requestBytes">See <see cref="RequestBytes" />.</param>
    /// <param name="form">See <see cref="Form" />.</param>
    /// <param name="isSilent">See <see cref="IsSilent" />.</param>
    public void Begin(long tag, int shape, int note, int requestBytes, object? form, bool isSilent)
    {
        _tag = tag;
        Form = form;
        Shape = shape;
        Note = note;
        RequestBytes = requestBytes;
        IsSilent = isSilent;
        BegunAt = 0;
        _keyLength = 0;
        _isUnderWay = true;
    }

    /// <summary>Leaves the beginning of the command's first key, for whoever looks at the slot once it is answered.</summary>
    /// <param name="key">The key.</param>
    public void KeepKey(ReadOnlySpan<byte> key)
    {
        if (_key.Length == 0)
        {
            _key = new byte[KeyBytes];
        }

        _keyLength = Math.Min(key.Length, KeyBytes);
        key[.._keyLength].CopyTo(_key);
    }

    /// <summary>Says that the pump enters the router with this slot's command.</summary>
    /// <param name="direct">Where a reply that comes inside goes; null for the slot itself.</param>
    public void EnterRouter(PooledBuffer? direct)
    {
        _direct = direct;
        _wasInside = false;
        _pumpThread = Environment.CurrentManagedThreadId;
    }

    /// <summary>Says that the pump has come back from the router.</summary>
    /// <returns>Whether the command was completed inside; its time is then for the pump to take.</returns>
    public bool LeaveRouter()
    {
        _pumpThread = 0;
        if (_wasInside)
        {
            BegunAt = 0;
        }

        return _wasInside;
    }

    /// <summary>Where the pump writes a reply that it knows itself; <see cref="Finish" /> follows.</summary>
    public PooledBuffer Writer => _bytes;

    /// <summary>Ends a reply that the pump wrote itself.</summary>
    public void Finish()
    {
        TakeTime();
        Volatile.Write(ref _isDone, 1);
    }

    /// <summary>Makes the slot free again.</summary>
    public void Reset()
    {
        if (_short == 0)
        {
            _bytes.Clear(KeptBytes);
        }

        _short = 0;
        _direct = null;
        Form = null;
        _isUnderWay = false;
        _isDone = 0;
    }

    /// <summary>Gives its array back.</summary>
    public void Release() => _bytes.Release();

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        Invariant.Holds(tag == _tag && _isUnderWay && _isDone == 0, "a command was completed twice");
        var isInside = _pumpThread == Environment.CurrentManagedThreadId;
        if (isInside || !_connection.TryEncodeShort(this, result, out _short))
        {
            _connection.EncodeOrFail(this, result, isInside && _direct is not null ? _direct : _bytes);
        }

        if (isInside)
        {
            _wasInside = true;
        }
        else
        {
            TakeTime();
        }

        Volatile.Write(ref _isDone, 1);
        if (!isInside)
        {
            _connection.Signal();
        }
    }

    private void TakeTime()
    {
        if (BegunAt != 0)
        {
            DoneAt = CompletionClock.Now;
        }
    }
}
