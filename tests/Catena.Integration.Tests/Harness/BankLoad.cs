using System.Globalization;
using System.Text;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests.Harness;

/// <summary>A load that moves money between accounts in different partitions, each time by one transaction: the sum of all is always 0.</summary>
internal sealed class BankLoad : IAsyncDisposable
{
    private readonly Task[] _workers;
    private volatile bool _isStopping;
    private int _moved;

    /// <summary>Begins.</summary>
    /// <param name="ports">The nodes' Redis ports; each has two workers.</param>
    /// <param name="accounts">How many accounts there are.</param>
    internal BankLoad(int[] ports, int accounts) =>
        _workers = [.. ports.Concat(ports).Select((port, index) => Task.Factory.StartNew(() => Work(port, index, accounts), TaskCreationOptions.LongRunning))];

    /// <summary>How often money has been moved.</summary>
    internal int Moved => Volatile.Read(ref _moved);

    internal static string Account(int number) => string.Create(CultureInfo.InvariantCulture, $"account-{number}");

    /// <summary>Ends the load; fails where a transaction was refused.</summary>
    internal Task StopAsync()
    {
        _isStopping = true;
        return Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Work(int port, int seed, int accounts)
    {
        using var client = RawConnection.Open(port, 2);
        var random = new Random(seed);
        while (!_isStopping)
        {
            var from = random.Next(accounts);
            var to = (from + 1 + random.Next(accounts - 1)) % accounts;
            var amount = random.Next(1, 100);
            Ask(client, "MULTI");
            Ask(client, "INCRBY", Account(from), (-amount).ToString(CultureInfo.InvariantCulture));
            Ask(client, "INCRBY", Account(to), amount.ToString(CultureInfo.InvariantCulture));
            var answer = Ask(client, "EXEC");
            if (!answer.StartsWith("*2", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answer);
            }

            Interlocked.Increment(ref _moved);
        }
    }

    private static string Ask(RawConnection client, params string[] words)
    {
        client.Send([.. words.Select(Encoding.ASCII.GetBytes)]);
        return client.Read().Text();
    }
}
