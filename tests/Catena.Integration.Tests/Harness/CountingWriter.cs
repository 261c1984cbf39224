using System.Text;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests.Harness;

/// <summary>One client that writes and deletes keys of its own, and knows what each may hold.</summary>
/// <remarks>Each value follows from its number, so that one which nobody wrote, or a part of one, shows.</remarks>
/// <param name="number">The client's number.</param>
/// <param name="keys">How many keys it has.</param>
/// <param name="pipeline">How many requests it sends together, each of another key; with more than one their values are short.</param>
internal sealed class CountingWriter(int number, int keys, int pipeline = 1)
{
    private readonly long[] _certain = new long[keys];
    private readonly long[] _attempted = new long[keys];
    private readonly Random _random = new(number);
    private long _operations;

    /// <summary>How many writes were acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>Writes until the connection breaks or the time comes.</summary>
    internal void Run(int port, CancellationToken stop)
    {
        try
        {
            using var connection = RawConnection.Open(port, 2);
            while (!stop.IsCancellationRequested)
            {
                var first = _random.Next(keys);
                connection.SendAll([.. Enumerable.Range(first, pipeline).Select(Next)]);
                for (var key = first; key < first + pipeline; key++)
                {
                    var reply = connection.Read();
                    if (reply.Head is "+OK" or ":0" or ":1")
                    {
                        _certain[key % keys] = _attempted[key % keys];
                        Acknowledged++;
                    }
                    else if (reply == RawReply.Closed || reply == RawReply.Nothing)
                    {
                        return;
                    }
                }
            }
        }
        catch (IOException)
        {
            // The node was killed; what was under way may or may not have been carried out.
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It is not up again yet.
        }
    }

    /// <summary>Reads every key: it must hold what was acknowledged last, or what was attempted last.</summary>
    internal void Check(int port)
    {
        using var connection = RawConnection.Open(port, 2);
        for (var key = 0; key < keys; key++)
        {
            connection.Send(["GET"u8.ToArray(), Key(key)]);
            var found = connection.Read();
            Assert.True(found.Head.StartsWith('$'), $"reading key {key} of client {number} gave {found.Head}");
            var isOld = Holds(found.Body, _certain[key]);
            Assert.True(
                isOld || Holds(found.Body, _attempted[key]),
                $"key {key} of client {number} holds {found.Body?.Length.ToString() ?? "nothing"} ({Start(found.Body)}); operation {_certain[key]} was acknowledged, {_attempted[key]} attempted");
            _certain[key] = _attempted[key] = isOld ? _certain[key] : _attempted[key];
        }
    }

    private static bool IsDeletion(long operation) => operation % 7 == 0;

    private static string Start(byte[]? value) => value is null ? "" : Encoding.ASCII.GetString(value.AsSpan(0, Math.Min(20, value.Length)));

    private bool Holds(byte[]? value, long operation) =>
        operation == 0 || IsDeletion(operation) ? value is null : value is not null && value.AsSpan().SequenceEqual(Value(operation));

    private byte[][] Next(int key)
    {
        var operation = ++_operations;
        _attempted[key % keys] = operation;
        return IsDeletion(operation) ? ["DEL"u8.ToArray(), Key(key % keys)] : ["SET"u8.ToArray(), Key(key % keys), Value(operation)];
    }

    private byte[] Value(long operation)
    {
        var value = new byte[(int)(operation * 7919 % (pipeline > 1 ? 300 : 3000)) + 20];
        value.AsSpan().Fill((byte)('a' + (operation % 26)));
        Encoding.ASCII.GetBytes(operation.ToString("D20", System.Globalization.CultureInfo.InvariantCulture)).CopyTo(value, 0);
        return value;
    }

    private byte[] Key(int key) => Encoding.ASCII.GetBytes($"client-{number}-key-{key}");
}
