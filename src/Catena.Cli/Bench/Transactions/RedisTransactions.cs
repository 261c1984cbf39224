using System.Text;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols.Resp;
using Catena.Server.Node;

namespace Catena.Cli.Bench.Transactions;

/// <summary>A load's connection through the Redis protocol that runs transactions, one at a time.</summary>
internal sealed class RedisTransactions : IDisposable
{
    private readonly RespClient _client;
    private int _queued;

    /// <summary>A connection that has told the password.</summary>
    /// <param name="connection">The connection, which becomes this one's.</param>
    /// <param name="password">The password; null for none.</param>
    /// <exception cref="CommandException">The password is not the node's.</exception>
    public RedisTransactions(ServerConnection connection, RedisPassword? password)
    {
        _client = new RespClient(connection);
        _client.Authenticate(password);
    }

    /// <summary>Adds a command to the transaction that goes out next.</summary>
    public void Queue(ReadOnlySpan<byte> command, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        if (_queued++ == 0)
        {
            _client.Queue("MULTI"u8);
        }

        _client.Queue(command, arguments);
    }

    /// <summary>Sends what was queued between <c>MULTI</c> and <c>EXEC</c>, all at once, and waits for the answers.</summary>
    /// <param name="take">Given the answer to each command, if all was carried out.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">The answers are not those of a transaction.</exception>
    public BenchReply Execute(ReplyTaker take)
    {
        _client.Queue("EXEC"u8);
        _client.Send();
        var begun = _client.Receive();
        if (begun.IsError)
        {
            // What follows it may be carried out command by command.
            throw new InvalidDataException($"MULTI was refused: {TextOf(begun)}");
        }

        string? refused = null;
        for (; _queued > 0; _queued--)
        {
            var answer = _client.Receive();
            if (answer.IsError)
            {
                refused ??= TextOf(answer);
            }
            else if (!answer.Bytes.SequenceEqual("QUEUED"u8))
            {
                throw new InvalidDataException($"an answer of type {answer.Type} where QUEUED was expected");
            }
        }

        var end = _client.Receive();
        return end.IsError && refused is not null ? BenchReply.Failed(RedisCodec.KindOf(refused)) : Take(end, take);
    }

    /// <summary>Asks a command that is a transaction by itself, and whose answer is a list.</summary>
    /// <param name="take">Given each element of the answer.</param>
    /// <param name="command">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">The answer is no list.</exception>
    public BenchReply Ask(ReplyTaker take, ReadOnlySpan<byte> command, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        _client.Queue(command, arguments);
        _client.Send();
        return Take(_client.Receive(), take);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static BenchReply Take(RespReply end, ReplyTaker take)
    {
        switch (end.Type)
        {
            case RespType.Error:
                return RedisCodec.Refused(TextOf(end));
            case RespType.Array:
                break;
            default:
                throw new InvalidDataException($"an answer of type {end.Type} where a list was expected");
        }

        string? failed = null;
        var place = 0;
        foreach (var element in end)
        {
            if (element.IsError)
            {
                failed ??= TextOf(element);
            }
            else
            {
                take(place, element);
            }

            place++;
        }

        // The other commands were carried out, which no outcome but this one allows for.
        return failed is null ? BenchReply.Written() : BenchReply.Open($"one command failed: {failed}");
    }

    private static string TextOf(RespReply error) => Encoding.UTF8.GetString(error.Bytes);
}
