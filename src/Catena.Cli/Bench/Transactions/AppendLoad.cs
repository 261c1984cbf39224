using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Transactions of a few steps, each of which appends a value to a list or reads one.</summary>
/// <remarks>
/// A list is a key's value, in which every number is followed by a semicolon. Values are unique in a run: the number in each is the thread's, plus a
/// multiple of the number of threads.
/// </remarks>
/// <param name="options">The load.</param>
/// <param name="number">The thread's number, from 0.</param>
/// <param name="random">Draws.</param>
/// <param name="lists">The lists.</param>
internal sealed class AppendLoad(BenchOptions options, int number, Prng random, ListKeys lists) : ITransactionLoad
{
    private readonly List<PlannedOperation> _steps = [];
    private readonly List<List<long>?> _found = [];
    private long _lastValue = number - options.Threads;

    /// <inheritdoc />
    public string Function => ":txn";

    /// <inheritdoc />
    public bool IsRead => _steps.TrueForAll(step => step.IsRead);

    /// <inheritdoc />
    public bool IsSumBroken => false;

    /// <inheritdoc />
    public void Draw()
    {
        _steps.Clear();
        var count = 1 + random.Next(options.Steps);
        for (var place = 0; place < count; place++)
        {
            _steps.Add(random.Next(100) < options.ReadPercent
                ? new PlannedOperation(true, lists.DrawToRead(random), 0)
                : new PlannedOperation(false, lists.DrawToAppend(random), _lastValue += options.Threads));
        }
    }

    /// <inheritdoc />
    public BenchReply Run(RedisTransactions connection)
    {
        _found.Clear();
        foreach (var step in _steps)
        {
            var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.KeyPrefix}{step.Key}"));
            if (step.IsRead)
            {
                connection.Queue("GET"u8, key);
            }
            else
            {
                connection.Queue("APPEND"u8, key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{step.Value};")));
            }
        }

        return connection.Execute((place, reply) => _found.Add(_steps[place].IsRead && !reply.IsNull ? Values(reply) : null));
    }

    /// <inheritdoc />
    public void Describe(StringBuilder text, bool isAnswered)
    {
        text.Append('[');
        for (var place = 0; place < _steps.Count; place++)
        {
            var step = _steps[place];
            text.Append(place > 0 ? " " : "");
            if (!step.IsRead)
            {
                text.Append(CultureInfo.InvariantCulture, $"[:append {step.Key} {step.Value}]");
            }
            else if (isAnswered && _found[place] is { } list)
            {
                text.Append(CultureInfo.InvariantCulture, $"[:r {step.Key} [").AppendJoin(' ', list).Append("]]");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"[:r {step.Key} nil]");
            }
        }

        text.Append(']');
    }

    private static List<long> Values(RespReply reply)
    {
        var values = new List<long>();
        for (var rest = reply.Bytes; !rest.IsEmpty;)
        {
            if (!Utf8Parser.TryParse(rest, out long value, out var digits) || digits == rest.Length || rest[digits] != ';')
            {
                throw new InvalidDataException("a key does not hold a list of this load");
            }

            values.Add(value);
            rest = rest[(digits + 1)..];
        }

        return values;
    }
}
