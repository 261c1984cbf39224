using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Protocols;
using Catena.Protocols.Resp;

namespace Catena.Cli.Tests.Support;

/// <summary>A tiny server of the Redis protocol, whose answers a test decides.</summary>
internal sealed class FakeRedisServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string[], Action<RespWriter>?> _answer;
    private readonly List<TcpClient> _clients = [];
    private readonly Lock _gate = new();

    /// <summary>Starts.</summary>
    /// <param name="answer">Given a request, writes the reply; null closes the connection instead.</param>
    public FakeRedisServer(Func<string[], Action<RespWriter>?> answer)
    {
        _answer = answer;
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Where it listens.</summary>
    public HostPort Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>A server that keeps keys in memory, one request at a time.</summary>
    public static FakeRedisServer WithStore(Dictionary<string, string> store) => new(request =>
    {
        lock (store)
        {
            switch (request[0])
            {
                case "GET":
                    var found = store.GetValueOrDefault(request[1]);
                    return writer => WriteBulkOrNull(writer, found);
                case "MGET":
                    var values = request.Skip(1).Select(key => store.GetValueOrDefault(key)).ToList();
                    return writer =>
                    {
                        writer.WriteArrayHeader(values.Count);
                        values.ForEach(value => WriteBulkOrNull(writer, value));
                    };
                case "SET":
                    store[request[1]] = request[2];
                    return writer => writer.WriteOk();
                case "DEL":
                    var removed = store.Remove(request[1]) ? 1 : 0;
                    return writer => writer.WriteInteger(removed);
                case "SCAN":
                    return Scan(store, request);
                default:
                    return writer => writer.WriteError("ERR unknown command"u8);
            }
        }
    });

    /// <inheritdoc />
    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
        {
            _clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Two keys an answer, so that a client has to go on.</summary>
    private static Action<RespWriter> Scan(Dictionary<string, string> store, string[] request)
    {
        var from = int.Parse(request[1], System.Globalization.CultureInfo.InvariantCulture);
        var keys = store.Keys.Order(StringComparer.Ordinal).Skip(from).Take(2).ToList();
        var next = from + 2 >= store.Count ? 0 : from + 2;
        return writer =>
        {
            writer.WriteArrayHeader(2);
            writer.WriteBulk(next);
            writer.WriteArrayHeader(keys.Count);
            keys.ForEach(key => writer.WriteBulk(key));
        };
    }

    private static void WriteBulkOrNull(RespWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(value);
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptTcpClient();

                // Requests that come together are answered one by one, and no answer is to wait for the acknowledgement of the one before.
                client.NoDelay = true;
                lock (_gate)
                {
                    _clients.Add(client);
                }

                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using var stream = client.GetStream();
            var reader = new RespReplyReader(RespLimits.Default);
            var buffer = new byte[1 << 16];
            var (start, end) = (0, 0);
            var output = new ArrayBufferWriter<byte>();
            while (true)
            {
                // A request is an array of bulks, and so reads as a reply.
                var status = reader.Read(buffer.AsSpan(start, end - start), out var request, out var consumed);
                if (status == ReadStatus.Complete)
                {
                    var words = new List<string>();
                    foreach (var word in request)
                    {
                        words.Add(Encoding.UTF8.GetString(word.Bytes));
                    }

                    start += consumed;
                    if (_answer([.. words]) is not { } write)
                    {
                        client.Dispose();
                        return;
                    }

                    output.ResetWrittenCount();
                    write(new RespWriter(output));
                    stream.Write(output.WrittenSpan);
                    continue;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                var count = stream.Read(buffer, end, buffer.Length - end);
                if (count == 0)
                {
                    return;
                }

                end += count;
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The client or the test is gone.
        }
    }
}
