using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Tests.Shell;

/// <summary>A node of which a test decides what it answers.</summary>
internal sealed class FakeThriftServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<CatenaMethod, int, ArrayBufferWriter<byte>?> _answer;

    /// <summary>Starts.</summary>
    /// <param name="answer">Given a method and the call's number, the answer; null closes the connection instead.</param>
    public FakeThriftServer(Func<CatenaMethod, int, ArrayBufferWriter<byte>?> answer)
    {
        _answer = answer;
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Where it listens.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    /// <summary>One connection after the other: a shell has one at a time.</summary>
    private void Serve()
    {
        try
        {
            while (true)
            {
                using var socket = _listener.AcceptSocket();
                Converse(socket);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Converse(Socket socket)
    {
        var buffer = new byte[1 << 16];
        var length = 0;
        while (true)
        {
            var count = socket.Receive(buffer.AsSpan(length));
            length += count;
            if (count == 0)
            {
                return;
            }

            if (ThriftFrame.Read(buffer.AsSpan(0, length), buffer.Length, out var frame, out _) == ReadStatus.Complete)
            {
                var reader = new ThriftReader(frame);
                reader.TryReadMessageHeader(out _, out var name, out var number);
                length = 0;
                if (_answer(CatenaService.MethodOf(name), number) is not { } answer)
                {
                    return;
                }

                socket.Send(answer.WrittenSpan);
            }
        }
    }
}
