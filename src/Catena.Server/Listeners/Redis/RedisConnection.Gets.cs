using System.Diagnostics;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <content>GETs that came one after the other: they are looked up together, which costs a fraction of what it takes to see to each of them.</content>
internal sealed partial class RedisConnection
{
    // Commands that are to be noted as slow from less than this on are timed one by one.
    private static readonly long LeastSlowTicks = Stopwatch.Frequency / 1000;

    // One thread pumps at a time, and has no run under way when it takes up another connection.
    [ThreadStatic]
    private static KeyRun? _gets;

    [ThreadStatic]
    private static BulkOutput? _values;

    private bool _runsAreOff;

    /// <summary>Answers the GETs at the front of what was received, as far as they can be answered together and at once.</summary>
    /// <param name="unread">What was received, from the first byte of a request on.</param>
    /// <param name="consumed">The bytes of those that were answered.</param>
    /// <returns>False where none was.</returns>
    private bool TryTakeGets(ReadOnlySpan<byte> unread, out int consumed)
    {
        consumed = 0;
        if (!MayRun(unread))
        {
            return false;
        }

        var run = _gets ??= new KeyRun();
        run.Clear();
        Span<int> ends = stackalloc int[KeyRun.MaxKeys];
        for (var end = 0; PlainGet.TryRead(unread[end..], out var key, out var length); ends[run.Count - 1] = end)
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

    /// <summary>Whether requests may be answered past everything that may be in the way of some: nothing is under way, and nothing was said of how to answer.</summary>
    private bool MayRun(ReadOnlySpan<byte> unread) =>
        unread.Length >= 2 * PlainGet.MinLength
        && !_runsAreOff
        && CommandsUnderWay == 0
        && _reader.IsAtStart
        && !_isLimited
        && IsAllowed
        && Subscriptions is null
        && Transaction is not { IsOpen: true }
        && !Session.WantsSilence
        && !Listener.Pause.IsActive
        && Listener.SlowTicks >= LeastSlowTicks;

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
        if (ticks / count >= Listener.SlowTicks && PlainGet.TryRead(first, out var key, out _))
        {
            // How long each of them took is not known; here all did.
            Listener.NoteSlow(this, ticks, [command.NameBytes.ToArray(), key.ToArray()]);
        }
    }
}
