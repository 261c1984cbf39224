namespace Catena.Server.Node;

/// <summary>The entries that this node has decided and sent to others, and that have not come in from all of them: while they are under way, what it decides is held back, and goes together when they have.</summary>
/// <remarks>
/// <para>
/// A node syncs for everybody at once, and while it does, takes no more. So an entry that is sent while the others sync an earlier one waits for the end of that at each of them, at each until another moment, and has its own sync only then; and those who wait for it ask
/// again at moments of their own. Held back, entries of all clients reach all nodes at the same time, and are synced by all at the same time: fewer syncs, fewer messages, and a shorter wait. It is Nagle's rule for small segments (RFC 896), and the group commit of one disk spread over three.
/// </para>
/// <para>
/// Most who were answered when a flight came in ask again at once. So as many as those are awaited before the next one goes, for less time than a flight takes (as commit_delay and commit_siblings do in PostgreSQL); where they did not come, the next flights go without waiting.
/// </para>
/// <para>Nothing hangs on it but time, and little of that: past a limit everything goes with the next turn, a tick's at the latest, and past ten of them nobody waits for it any more, so that somebody who is slow to answer for one partition does not stop the others. Thread-safe.</para>
/// </remarks>
public sealed class Flight
{
    /// <summary>So many writes go by themselves: most of what they cost, each costs by itself, and this node can work on them while others work on earlier ones.</summary>
    internal const int Enough = 32;

    /// <summary>After so many times the limit it does not count any more that something is under way: somebody is slow, or gone.</summary>
    private const int Overdue = 10;

    /// <summary>How many flights go without waiting, at most, before it is tried again.</summary>
    private const int LongestRest = 64;

    private readonly Lock _gate = new();
    private readonly INodePorts _ports;
    private int _partitions;
    private long _number = 1;
    private long _since;
    private long _began;
    private long _span;
    private long _asked;
    private long _gone;
    private long _size;
    private long _expected;
    private long _gatherUntil;
    private bool _hasWaited;
    private int _rest;
    private int _resting;

    internal Flight(INodePorts ports) => _ports = ports;

    /// <summary>Counts a write that a client has asked for here.</summary>
    internal void NoteAsked() => Interlocked.Increment(ref _asked);

    /// <summary>Whether new entries are to be held back now.</summary>
    internal bool HoldsBack =>
        _ports.HoldLimit is > 0 and var limit
        && Asked < Enough
        && (IsUnderWay ? _ports.Now - Volatile.Read(ref _began) < limit : IsGathering);

    /// <summary>Whether those who were answered last are about to ask again, and what was asked so far should wait for them.</summary>
    internal bool IsGathering
    {
        get
        {
            var (until, asked) = (Volatile.Read(ref _gatherUntil), Asked);
            if (until == 0 || asked == 0 || asked >= Math.Min(Enough, Volatile.Read(ref _expected)) || _ports.Now >= until || !_ports.GathersHere)
            {
                return false;
            }

            _hasWaited = true;
            return true;
        }
    }

    /// <summary>Whether entries are under way.</summary>
    internal bool IsUnderWay => Volatile.Read(ref _partitions) > 0;

    /// <summary>Notes that entries of a partition are under way now.</summary>
    /// <returns>The flight's number, other than 0; for <see cref="End" />.</returns>
    internal long Begin()
    {
        lock (_gate)
        {
            if (_partitions++ == 0)
            {
                Volatile.Write(ref _since, _ports.Now);
            }

            return _number;
        }
    }

    /// <summary>Notes that no entries of a partition are under way any more.</summary>
    /// <param name="number">What <see cref="Begin" /> said.</param>
    /// <returns>Whether it was the last of those that count.</returns>
    internal bool End(long number)
    {
        lock (_gate)
        {
            if (number != _number || --_partitions > 0)
            {
                return false;
            }

            CameIn(_ports.Now);
            return true;
        }
    }

    /// <summary>Leaves out of account what has been under way for so long that nobody else should wait for it again and again: a member is slow or gone, or a copy cannot go on.</summary>
    internal void WriteOffOverdue()
    {
        var since = Volatile.Read(ref _since);
        if (IsUnderWay && _ports.HoldLimit is > 0 and var limit && _ports.Now - since >= Overdue * limit)
        {
            lock (_gate)
            {
                // Unless they have come in meanwhile, and others are under way.
                if (_since == since)
                {
                    _number++;
                    _partitions = 0;
                }
            }
        }
    }

    /// <summary>Notes that all that was asked for has gone, or is about to.</summary>
    internal void Depart()
    {
        if (Asked == 0)
        {
            return;
        }

        lock (_gate)
        {
            var asked = Asked;
            if (_hasWaited)
            {
                var cameBack = 4 * asked >= 3 * Math.Min(Enough, _expected);
                _rest = cameBack ? 0 : Math.Clamp(2 * _rest, 1, LongestRest);
                _resting = _rest;
                _hasWaited = false;
            }

            _size = asked;
            Volatile.Write(ref _gatherUntil, 0);
            Volatile.Write(ref _gone, _gone + asked);
            Volatile.Write(ref _began, _ports.Now);
        }
    }

    /// <summary>How many writes were asked for since the last flight went.</summary>
    private long Asked => Volatile.Read(ref _asked) - Volatile.Read(ref _gone);

    private void CameIn(long now)
    {
        var span = now - _began;
        _span += (Math.Min(span, _ports.HoldLimit) - _span) / 8;
        Volatile.Write(ref _expected, _size + Asked);
        if (_resting > 0)
        {
            _resting--;
        }
        else if (_ports.GathersHere)
        {
            Volatile.Write(ref _gatherUntil, now + (3 * _span / 4));
        }
    }
}
