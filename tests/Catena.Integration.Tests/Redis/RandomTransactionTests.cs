using System.Globalization;
using System.Text;

namespace Catena.Integration.Tests.Redis;

/// <summary>Transactions and commands over several slots that a seed draws, against redis-server 7 and against a cluster: the replies are the same bytes.</summary>
/// <param name="servers">Both sides.</param>
public sealed class RandomTransactionTests(ComparedServers servers) : IClassFixture<ComparedServers>
{
    private const int Steps = 400;

    /// <summary>Requests; <c>K</c> becomes a key, <c>V</c> a value, <c>N</c> a small number.</summary>
    private static readonly string[] Requests =
    [
        "GET K", "SET K V", "SET K V NX", "SET K V XX GET", "SET K V KEEPTTL", "SETEX K 1000 V", "GETSET K V", "GETDEL K", "GETEX K PERSIST", "INCR K", "DECRBY K N", "INCRBYFLOAT K 0.5",
        "APPEND K V", "STRLEN K", "SETRANGE K N V", "GETRANGE K 0 N", "LCS K K", "DUMP K", "SETBIT K N 1", "BITCOUNT K", "BITOP AND K K K", "BITOP XOR K K K K", "BITOP NOT K K",
        "BITFIELD K INCRBY i8 0 100 OVERFLOW FAIL INCRBY i8 0 100", "MGET K K K", "MSET K V K V", "MSETNX K V K V K V", "DEL K K", "UNLINK K", "EXISTS K K K", "TOUCH K K", "TYPE K", "RENAME K K", "RENAMENX K K",
        "COPY K K", "COPY K K REPLACE", "EXPIRE K 1000 NX", "EXPIRE K 0", "PERSIST K", "MSET K V K", "PING", "OBJECT REFCOUNT x",
    ];

    // In four partitions, some of them in one slot with another.
    private static readonly string[] Keys = ["a", "b", "c", "d", "{a}1", "{b}2"];
    private static readonly string[] Values = ["1", "x", "10", "3.5", "\u00ff\0", "hello", "-7"];

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public void Catena_answers_any_transaction_as_redis_server_does(int seed, int version)
    {
        var random = new Random(seed);
        using var first = new Pair(servers.RedisPort, servers.CatenaPort(seed), version);
        using var second = new Pair(servers.RedisPort, servers.CatenaPort(seed + 1), version);
        first.Ask("FLUSHALL");
        for (var step = 0; step < Steps; step++)
        {
            if (random.Next(3) == 0)
            {
                first.Ask(Any(random));
                continue;
            }

            if (random.Next(3) == 0)
            {
                first.Ask(Filled("WATCH K K", random));
                if (random.Next(2) == 0)
                {
                    second.Ask(Filled("SET K V", random));
                }
            }

            first.Ask("MULTI");
            for (var left = random.Next(9); left > 0; left--)
            {
                first.Ask(Any(random));
            }

            first.Ask("EXEC");
            second.Ask($"MGET {string.Join(' ', Keys)}");
        }
    }

    private static string Any(Random random) => Filled(Requests[random.Next(Requests.Length)], random);

    private static string Filled(string request, Random random) => string.Join(' ', request.Split(' ').Select(word => word switch
    {
        "K" => Keys[random.Next(Keys.Length)],
        "V" => Values[random.Next(Values.Length)],
        "N" => random.Next(40).ToString(CultureInfo.InvariantCulture),
        _ => word,
    }));

    /// <summary>A connection to each side, which are asked the same.</summary>
    private sealed class Pair(int redisPort, int catenaPort, int version) : IDisposable
    {
        private readonly RawConnection _redis = RawConnection.Open(redisPort, version);
        private readonly RawConnection _catena = RawConnection.Open(catenaPort, version);
        private readonly List<string> _asked = [];

        internal void Ask(string request)
        {
            _asked.Add(request);
            byte[][] words = [.. request.Split(' ').Select(Encoding.Latin1.GetBytes)];
            _redis.Send(words);
            _catena.Send(words);
            var (expected, actual) = (_redis.Read().Text(), _catena.Read().Text());
            Assert.True(expected == actual, $"{string.Join('\n', _asked.TakeLast(40))}\n  redis  {expected}\n  catena {actual}");
        }

        public void Dispose()
        {
            _redis.Dispose();
            _catena.Dispose();
        }
    }
}
