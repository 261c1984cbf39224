using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Transactions that write, or read, one key in each of several partitions.</summary>
/// <remarks>
/// A transaction is about all keys of a group (<see cref="SpreadKeys" />). Values are unique in a run: the number in each is the thread's, plus a multiple of
/// the number of threads.
/// </remarks>
/// <param name="options">The load.</param>
/// <param name="number">The thread's number, from 0.</param>
/// <param name="random">Draws.</param>
internal sealed class MultiLoad(BenchOptions options, int number, Prng random) : ITransactionLoad
{
    /// <summary>The most keys of a group: with more, two could lie in one of a few more partitions than that, since shares differ by a slot.</summary>
    public const int MostSpread = 64;

    private readonly SpreadKeys _keys = new(options.Spread, options.KeyPrefix);
    private readonly long?[] _found = new long?[options.Spread];
    private long _value = number - options.Threads;
    private int _group;

    /// <inheritdoc />
    public string Function => ":txn";

    /// <inheritdoc />
    public bool IsRead { get; private set; }

    /// <inheritdoc />
    public bool IsSumBroken => false;

    /// <inheritdoc />
    public void Draw()
    {
        IsRead = random.Next(100) < options.ReadPercent;
        _group = random.Next(options.Keys);
        _value += options.Threads;
    }

    /// <inheritdoc />
    public BenchReply Run(RedisTransactions connection)
    {
        var value = IsRead ? [] : Encoding.ASCII.GetBytes(_value.ToString(CultureInfo.InvariantCulture).PadRight(options.ValueBytes, '.'));
        for (var place = 0; place < _found.Length; place++)
        {
            if (IsRead)
            {
                connection.Queue("GET"u8, _keys.Of(_group, place));
            }
            else
            {
                connection.Queue("SET"u8, _keys.Of(_group, place), value);
            }
        }

        return connection.Execute((place, reply) => _found[place] = IsRead ? Number(reply) : null);
    }

    /// <inheritdoc />
    public void Describe(StringBuilder text, bool isAnswered)
    {
        text.Append('[').AppendJoin(' ', _found.Select((found, place) =>
        {
            var key = ((long)_group * options.Spread) + place;
            var value = !IsRead ? _value : isAnswered ? found : null;
            return string.Create(CultureInfo.InvariantCulture, $"[{(IsRead ? ":r" : ":w")} {key} {value?.ToString(CultureInfo.InvariantCulture) ?? "nil"}]");
        })).Append(']');
    }

    private static long? Number(RespReply reply)
    {
        if (reply.IsNull)
        {
            return null;
        }

        return Utf8Parser.TryParse(reply.Bytes, out long value, out var digits) && reply.Bytes[digits..].TrimStart((byte)'.').IsEmpty
            ? value
            : throw new InvalidDataException("a key does not hold a value of this load");
    }
}
