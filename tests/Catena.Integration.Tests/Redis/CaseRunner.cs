using System.Diagnostics;
using System.Text;

namespace Catena.Integration.Tests.Redis;

/// <summary>Runs one case against redis-server and against Catena, line by line, and says where the replies differ.</summary>
internal sealed class CaseRunner : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<int, (RawConnection Redis, RawConnection Catena)> _connections = [];
    private readonly Func<int, int> _redisPort;
    private readonly Func<int, int> _catenaPort;
    private readonly int _version;

    private CaseRunner(Func<int, int> redisPort, Func<int, int> catenaPort, int version)
    {
        _redisPort = redisPort;
        _catenaPort = catenaPort;
        _version = version;
    }

    /// <summary>Runs a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="version">The version of the protocol.</param>
    /// <param name="redisPort">Where a connection of the case goes on the one side.</param>
    /// <param name="catenaPort">Where it goes on the other.</param>
    /// <returns>What differed, or null.</returns>
    internal static string? Run(RedisCase one, int version, Func<int, int> redisPort, Func<int, int> catenaPort)
    {
        using var runner = new CaseRunner(redisPort, catenaPort, version);
        runner.Empty();
        string? difference = null;
        foreach (var step in one.Steps)
        {
            var (redis, catena) = runner.Connections(step.Connection);
            var (expected, actual) = (Ask(redis, step), Ask(catena, step));
            if (!AreAlike(step, expected, actual))
            {
                // The rest is sent all the same: it may put settings back.
                difference ??= $"{one.Name}, RESP{version}: {step.Line}\n  redis  {Print(step, expected)}\n  catena {Print(step, actual)}";
            }
        }

        return difference;
    }

    public void Dispose()
    {
        foreach (var (redis, catena) in _connections.Values)
        {
            redis.Dispose();
            catena.Dispose();
        }
    }

    private static RawReply Ask(RawConnection connection, CaseStep step)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (step.IsRaw)
            {
                connection.Send(step.Arguments[0]);
            }
            else if (step.Arguments.Count > 0)
            {
                connection.Send(step.Arguments);
            }

            var reply = step.IsSilent ? new RawReply("(not read)", null, []) : connection.Read();
            if (step.Until is null || reply.Head.StartsWith(step.Until, StringComparison.Ordinal) || watch.Elapsed > Patience)
            {
                return reply;
            }
        }
    }

    private static bool AreAlike(CaseStep step, RawReply expected, RawReply actual) => step.Comparison switch
    {
        Comparison.Equal => expected.Text() == actual.Text(),
        Comparison.Sorted => expected.Sorted(1).Text() == actual.Sorted(1).Text(),
        Comparison.SortedPairs => expected.Sorted(2).Text() == actual.Sorted(2).Text(),
        Comparison.Near => expected.IsNear(actual, step.Tolerance),
        Comparison.SameKind => expected.Head[0] == actual.Head[0],
        _ => actual.Text() == step.Expected + "\\r\\n",
    };

    private static string Print(CaseStep step, RawReply reply) => step.Comparison switch
    {
        Comparison.Sorted => reply.Sorted(1).Text(),
        Comparison.SortedPairs => reply.Sorted(2).Text(),
        _ => reply.Text(),
    };

    private void Empty()
    {
        var (redis, catena) = Connections(1);
        Assert.Equal("+OK", Ask(redis, "FLUSHALL").Head);

        // Deleting the few keys of the case before writes far less than FLUSHALL, which writes to every slot.
        if (Ask(catena, "DBSIZE").Head == ":0")
        {
            return;
        }

        foreach (var key in Ask(catena, "KEYS", "*").Items)
        {
            catena.Send(["DEL"u8.ToArray(), key.Body!]);
            catena.Read();
        }

        if (Ask(catena, "DBSIZE").Head != ":0")
        {
            Assert.Equal("+OK", Ask(catena, "FLUSHALL").Head);
        }
    }

    private static RawReply Ask(RawConnection connection, params string[] words)
    {
        connection.Send([.. words.Select(Encoding.ASCII.GetBytes)]);
        return connection.Read();
    }

    private (RawConnection Redis, RawConnection Catena) Connections(int number)
    {
        if (!_connections.TryGetValue(number, out var pair))
        {
            pair = (RawConnection.Open(_redisPort(number), _version), RawConnection.Open(_catenaPort(number), _version));
            _connections.Add(number, pair);
        }

        return pair;
    }
}
