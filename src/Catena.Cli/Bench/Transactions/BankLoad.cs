using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Transfers between accounts, and reads of all accounts at once, whose sum is always 0: accounts begin empty, and may be overdrawn.</summary>
internal sealed class BankLoad : ITransactionLoad
{
    private const int MostMoved = 100;

    private readonly BenchOptions _options;
    private readonly Prng _random;
    private readonly ReadOnlyMemory<byte>[] _accounts;
    private readonly long?[] _balances;
    private int _from;
    private int _to;
    private long _amount;

    /// <summary>The transactions of one thread.</summary>
    /// <param name="options">The load, with at least two keys.</param>
    /// <param name="random">Draws.</param>
    public BankLoad(BenchOptions options, Prng random)
    {
        _options = options;
        _random = random;
        _accounts = [.. Enumerable.Range(0, options.Keys)
            .Select(account => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.KeyPrefix}{account}")))];
        _balances = new long?[_accounts.Length];
    }

    /// <inheritdoc />
    public string Function => IsRead ? ":read" : ":transfer";

    /// <inheritdoc />
    public bool IsRead { get; private set; }

    /// <inheritdoc />
    public bool IsSumBroken => IsRead && _balances.Aggregate(default(Int128), (sum, balance) => sum + (balance ?? 0)) != 0;

    /// <inheritdoc />
    public void Draw()
    {
        IsRead = _random.Next(100) < _options.ReadPercent;
        _from = _random.Next(_accounts.Length);
        _to = (_from + 1 + _random.Next(_accounts.Length - 1)) % _accounts.Length;
        _amount = _random.Between(1, MostMoved);
    }

    /// <inheritdoc />
    public BenchReply Run(RedisTransactions connection)
    {
        if (IsRead)
        {
            return connection.Ask((place, reply) => _balances[place] = Balance(reply), "MGET"u8, _accounts);
        }

        connection.Queue("INCRBY"u8, _accounts[_from], Digits(-_amount));
        connection.Queue("INCRBY"u8, _accounts[_to], Digits(_amount));
        return connection.Execute((_, _) => { });
    }

    /// <inheritdoc />
    public void Describe(StringBuilder text, bool isAnswered)
    {
        if (!IsRead)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{:from {_from}, :to {_to}, :amount {_amount}}}");
        }
        else if (!isAnswered)
        {
            text.Append("nil");
        }
        else
        {
            text.Append('{').AppendJoin(", ", _balances.Select((balance, account) =>
                string.Create(CultureInfo.InvariantCulture, $"{account} {balance?.ToString(CultureInfo.InvariantCulture) ?? "nil"}"))).Append('}');
        }
    }

    private static byte[] Digits(long number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static long? Balance(RespReply reply)
    {
        if (reply.IsNull)
        {
            return null;
        }

        return Utf8Parser.TryParse(reply.Bytes, out long balance, out var digits) && digits == reply.Bytes.Length
            ? balance
            : throw new InvalidDataException("a key does not hold an account of this load");
    }
}
