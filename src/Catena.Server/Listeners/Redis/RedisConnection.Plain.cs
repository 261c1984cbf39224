using System.Diagnostics;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Statistics;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <content>
/// The plain GETs and SETs of a pipeline, which are most of what there is much of. GETs are looked up together, which costs a fraction of what it takes to see to each of them; a SET
/// goes the way of all requests, but is read and found faster.
/// </content>
internal sealed partial class RedisConnection
{
    // Commands that are to be noted as slow from less than this on are timed one by one.
    private static readonly long LeastSlowTicks = Stopwatch.Frequency / 1000;

    private static readonly RedisCommand PlainSet = RedisCommandTable.Get(RedisCommandId.Set);

    // One thread pumps at a time, and has no run under way when it takes up another connection.
    [ThreadStatic]
    private static KeyRun? _gets;

    [ThreadStatic]
    private static BulkOutput? _values;

    private bool _runsAreOff;

    /// <summary>Takes what is at the front of what was received where it is plain, and nothing is in the way of taking it so.</summary>
    /// <param name="unread">What was received, from the first byte of a request on.</param>
    /// <param name="consumed">The bytes that were taken.</param>
    /// <returns>False where nothing was.</returns>
    private bool TryTakePlain(ReadOnlySpan<byte> unread, out int consumed)
    {
        consumed = 0;
        return unread.Length >= 2 * PlainRequest.MinLength
            && unread[1] is (byte)'2' or (byte)'3'
            && MayTakePlain
            && (unread[1] == '2' ? TryTakeGets(unread, out consumed) : TryTakeSet(unread, out consumed));
    }

    /// <summary>Whether nothing was said of how requests are to be answered, and all of them may be asked.</summary>
    private bool MayTakePlain =>
        _reader.IsAtStart
        && !_isLimited
        && IsAllowed
        && Subscriptions is null
        && Transaction is not { IsOpen: true }
        && !Session.WantsSilence
        && !Listener.Pause.IsActive;

    private bool TryTakeSet(ReadOnlySpan<byte> unread, out int consumed)
    {
        if (!MayStart(CommandClass.Write)
            || !PlainRequest.TryReadSet(unread, out var key, out var value, out consumed)
            || SlotHere(key) is not { } slot)
        {
            consumed = 0;
            return false;
        }

        Begin(PlainSet, 3, CommandClass.Write);
        Accept(CommandClass.Write, consumed);
        LastCommand = PlainSet.Name;
        Run(new Command { Kind = CommandKind.Put, Slot = slot, Key = key, Value = value });
        if (Account(PlainSet) is var ticks && ticks >= Listener.SlowTicks)
        {
            Listener.NoteSlow(this, ticks, [PlainSet.NameBytes.ToArray(), key.ToArray(), SlowLog.More(1)]);
        }

        return true;
    }

    /// <summary>Answers the GETs at the front of what was received, as far as they can be answered together and at once.</summary>
    /// <param name="unread">What was received, from the first byte of a request on.</param>
    /// <param name="consumed">The bytes of those that were answered.</param>
    /// <returns>False where none was.</returns>
    private bool TryTakeGets(ReadOnlySpan<byte> unread, out int consumed)
    {
        consumed = 0;
        if (_runsAreOff || CommandsUnderWay > 0 || Listener.SlowTicks < LeastSlowTicks)
        {
            return false;
        }

        var run = _gets ??= new KeyRun();
        run.Clear();
        Span<int> ends = stackalloc int[KeyRun.MaxKeys];
        for (var end = 0; PlainRequest.TryReadGet(unread[end..], out var key, out var length); ends[run.Count - 1] = end)
        {
            end += length;
            if (SlotHere(key) is not { } slot || !run.TryAdd(slot, key))
            {
                break;
            }
        }

        if (run.Count < 2)
        {
            return false;
        }

        _stamp = _stamp == 0 ? Stopwatch.GetTimestamp() : _stamp;
        IsSilent = false;
        var values = _values ??= new BulkOutput();
        values.Begin(BeginReply(), Version);
        var answered = Listener.Router.LookUp(run, values);
        EndReply();
        values.End();

        // What cannot be looked up at once may keep the next from it: the rest of what was received is taken one by one.
        _runsAreOff = answered == 0;
        if (answered == 0)
        {
            return false;
        }

        consumed = ends[answered - 1];
        BeginRequests(answered);
        AccountGets(answered, unread);
        return true;
    }

    /// <summary>The slot of a key that may be asked for here; null where an error is to be answered.</summary>
    private ushort? SlotHere(ReadOnlySpan<byte> key)
    {
        var slot = Core.Placement.HashSlot.Of(key).Value;
        return !Listener.Node.RedisCluster || Listener.Redirect(slot) is null ? slot : null;
    }

    private void AccountGets(int count, ReadOnlySpan<byte> first)
    {
        var command = RedisCommandTable.Get(RedisCommandId.Get);
        LastCommand = command.Name;
        var now = Stopwatch.GetTimestamp();
        var ticks = now - _stamp;
        _stamp = now;
        _run.Add(command.Id, count, ticks);
        if (ticks / count >= Listener.SlowTicks && PlainRequest.TryReadGet(first, out var key, out _))
        {
            // How long each of them took is not known; here all did.
            Listener.NoteSlow(this, ticks, [command.NameBytes.ToArray(), key.ToArray()]);
        }
    }
}
