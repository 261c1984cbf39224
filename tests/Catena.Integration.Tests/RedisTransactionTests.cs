using System.Globalization;
using System.Text;
using Catena.Integration.Tests.Harness;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests;

/// <summary>Transactions of the Redis protocol over several partitions, from several nodes at once.</summary>
public sealed class RedisTransactionTests
{
    private const int Accounts = 8;
    private const int Balance = 100;
    private const int Transfers = 60;

    private static readonly string[] Names = [.. Enumerable.Range(0, Accounts).Select(account => string.Create(CultureInfo.InvariantCulture, $"account-{account}"))];

    [Fact]
    public async Task Whoever_reads_all_accounts_finds_all_the_money()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "4");
        using (var first = RawConnection.Open(cluster.RedisPort(1), 2))
        {
            Assert.Equal("+OK\\r\\n", Ask(first, ["MSET", .. Names.SelectMany(name => (string[])[name, Text(Balance)])]));
        }

        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(1, 2).Select(node => Task.Run(() => Read(cluster.RedisPort(node), stop.Token))).ToArray();
        var writers = Enumerable.Range(0, 6).Select(number => Task.Run(() => Transfer(cluster.RedisPort((number % 3) + 1), number))).ToArray();
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        var sums = await Task.WhenAll(readers);
        Assert.All(sums, seen => Assert.Equal([Accounts * Balance], seen.Distinct()));
        Assert.All(writers, writer => Assert.Equal(Transfers, writer.Result));
        await cluster.StopAsync();
    }

    [Fact]
    public async Task Redis_cli_carries_transactions_out()
    {
        await using var cluster = await Cluster.StartAsync();
        var script = $"printf 'watch a\\nmulti\\nset a 1\\nset b 2\\nmget a b\\nexec\\n' | redis-cli -p {Text(cluster.RedisPort(2))}";
        Assert.Equal("OK\nOK\nQUEUED\nQUEUED\nQUEUED\nOK\nOK\n1\n2", (await Tool.RunAsync("bash", "-c", script)).Text());
        await cluster.StopAsync();
    }

    /// <summary>Brings one from account to account: reads two, which nobody changes before they are written, or tries again.</summary>
    /// <returns>How many transfers were made.</returns>
    private static int Transfer(int port, int seed)
    {
        using var client = RawConnection.Open(port, 2);
        var random = new Random(seed);
        var made = 0;
        while (made < Transfers)
        {
            var from = random.Next(Accounts);
            var to = (from + 1 + random.Next(Accounts - 1)) % Accounts;
            Assert.Equal("+OK\\r\\n", Ask(client, "WATCH", Names[from], Names[to]));
            var left = ReadNumber(client, Names[from]) - 1;
            var there = ReadNumber(client, Names[to]) + 1;
            Assert.Equal("+OK\\r\\n", Ask(client, "MULTI"));
            Assert.Equal("+QUEUED\\r\\n", Ask(client, "SET", Names[from], Text(left)));
            Assert.Equal("+QUEUED\\r\\n", Ask(client, "SET", Names[to], Text(there)));
            var answer = Ask(client, "EXEC");
            Assert.Contains(answer, (string[])["*2\\r\\n+OK\\r\\n+OK\\r\\n", "*-1\\r\\n"]);
            made += answer[1] == '2' ? 1 : 0;
        }

        return made;
    }

    private static List<int> Read(int port, CancellationToken stop)
    {
        using var client = RawConnection.Open(port, 2);
        var sums = new List<int>();
        do
        {
            client.Send([.. ((string[])["MGET", .. Names]).Select(Encoding.ASCII.GetBytes)]);
            sums.Add(client.Read().Items.Sum(item => int.Parse(item.Body!, CultureInfo.InvariantCulture)));
        }
        while (!stop.IsCancellationRequested);

        return sums;
    }

    private static int ReadNumber(RawConnection client, string key)
    {
        client.Send(["GET"u8.ToArray(), Encoding.ASCII.GetBytes(key)]);
        return int.Parse(client.Read().Body!, CultureInfo.InvariantCulture);
    }

    private static string Ask(RawConnection client, params string[] words)
    {
        client.Send([.. words.Select(Encoding.ASCII.GetBytes)]);
        return client.Read().Text();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
