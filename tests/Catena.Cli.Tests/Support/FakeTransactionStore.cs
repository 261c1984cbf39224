using System.Collections.Concurrent;
using System.Globalization;
using Catena.Protocols.Resp;

namespace Catena.Cli.Tests.Support;

/// <summary>What a server of transactions with keys in memory answers; a test can have it refuse or break some.</summary>
/// <remarks>Each client has a thread of its own in <see cref="FakeRedisServer" />, and so a queue of its own here.</remarks>
internal sealed class FakeTransactionStore
{
    private readonly Lock _gate = new();
    private Dictionary<string, string> _values = [];
    private readonly ConcurrentDictionary<int, (List<string[]> Commands, bool IsSpoilt)> _queued = new();
    private int _executed;

    /// <summary>Given the number of an <c>EXEC</c>, from 1, an error to answer it with instead of carrying anything out; null for none.</summary>
    public Func<int, string?> Refuse { get; init; } = _ => null;

    /// <summary>Given the number of an <c>EXEC</c>, whether the connection ends instead of an answer, though all was carried out.</summary>
    public Func<int, bool> IsCutOff { get; init; } = _ => false;

    /// <summary>An error to answer a command with where it should be queued; null for none.</summary>
    public Func<string[], string?> RefuseQueued { get; init; } = _ => null;

    /// <summary>Given the number of an <c>EXEC</c>, whether its last command fails.</summary>
    public Func<int, bool> IsLastFailing { get; init; } = _ => false;

    /// <summary>Given the number of an <c>EXEC</c>, whether what it did is lost right after it was answered.</summary>
    public Func<int, bool> IsLost { get; init; } = _ => false;

    /// <summary>Whether <c>MULTI</c> is refused.</summary>
    public bool RefusesMulti { get; init; }

    /// <summary>The commands of every transaction that was carried out.</summary>
    public List<IReadOnlyList<string[]>> Transactions { get; } = [];

    /// <summary>The answer to a request.</summary>
    public Action<RespWriter>? Answer(string[] request)
    {
        var client = Environment.CurrentManagedThreadId;
        switch (request[0])
        {
            case "MULTI" when RefusesMulti:
                return Error("ERR no transactions here");
            case "MULTI":
                _queued[client] = ([], false);
                return writer => writer.WriteOk();
            case "EXEC" when _queued.TryRemove(client, out var queued):
                return queued.IsSpoilt ? Error("EXECABORT Transaction discarded because of previous errors.") : Execute(queued.Commands);
            case var _ when _queued.TryGetValue(client, out var queue):
                if (RefuseQueued(request) is { } refused)
                {
                    _queued[client] = queue with { IsSpoilt = true };
                    return Error(refused);
                }

                queue.Commands.Add(request);
                return writer => writer.WriteSimpleString("QUEUED"u8);
            default:
                lock (_gate)
                {
                    return Run(request);
                }
        }
    }

    private static Action<RespWriter> Error(string text) => writer => writer.WriteError(System.Text.Encoding.UTF8.GetBytes(text));

    private Action<RespWriter>? Execute(List<string[]> commands)
    {
        lock (_gate)
        {
            var number = ++_executed;
            if (Refuse(number) is { } refused)
            {
                return Error(refused);
            }

            var before = new Dictionary<string, string>(_values);
            var answers = commands.ConvertAll(command => IsLastFailing(number) && command == commands[^1] ? Error("ERR value is not an integer or out of range") : Run(command));
            Transactions.Add(commands);
            _values = IsLost(number) ? before : _values;
            return IsCutOff(number)
                ? null
                : writer =>
                {
                    writer.WriteArrayHeader(answers.Count);
                    answers.ForEach(answer => answer(writer));
                };
        }
    }

    private Action<RespWriter> Run(string[] request)
    {
        switch (request[0])
        {
            case "GET":
                return Value(request[1]);
            case "SET":
                _values[request[1]] = request[2];
                return writer => writer.WriteOk();
            case "APPEND":
                var longer = _values[request[1]] = _values.GetValueOrDefault(request[1], "") + request[2];
                return writer => writer.WriteInteger(longer.Length);
            case "INCRBY":
                var sum = long.Parse(_values.GetValueOrDefault(request[1], "0"), CultureInfo.InvariantCulture) + long.Parse(request[2], CultureInfo.InvariantCulture);
                _values[request[1]] = sum.ToString(CultureInfo.InvariantCulture);
                return writer => writer.WriteInteger(sum);
            case "MGET":
                var found = request.Skip(1).Select(Value).ToList();
                return writer =>
                {
                    writer.WriteArrayHeader(found.Count);
                    found.ForEach(value => value(writer));
                };
            default:
                return Error("ERR unknown command");
        }
    }

    private Action<RespWriter> Value(string key)
    {
        var found = _values.GetValueOrDefault(key);
        return writer =>
        {
            if (found is null)
            {
                writer.WriteNull();
            }
            else
            {
                writer.WriteBulk(found);
            }
        };
    }
}
