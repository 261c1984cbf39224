using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>Calls of one command in a row on one connection, which are added to the figures of all together.</summary>
/// <param name="statistics">The figures of all.</param>
internal sealed class CommandRun(RedisStatistics statistics)
{
    private RedisCommandId _command;
    private long _calls;
    private long _ticks;

    /// <summary>Adds a call.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ticks">How long it took, by Stopwatch.</param>
    public void Add(RedisCommandId command, long ticks) => Add(command, 1, ticks);

    /// <summary>Adds calls.</summary>
    /// <param name="command">The command.</param>
    /// <param name="calls">How many.</param>
    /// <param name="ticks">How long they took together, by Stopwatch.</param>
    public void Add(RedisCommandId command, int calls, long ticks)
    {
        if (command != _command)
        {
            Flush();
            _command = command;
        }

        _calls += calls;
        _ticks += ticks;
    }

    /// <summary>Hands on what was added.</summary>
    public void Flush()
    {
        if (_calls > 0)
        {
            statistics.Add(_command, _calls, _ticks);
            _calls = 0;
            _ticks = 0;
        }
    }
}
