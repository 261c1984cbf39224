using System.Net;
using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.Support;

/// <summary>A tiny HTTP server, whose answers a test decides.</summary>
internal sealed class FakeHttpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, (int Code, string Body)> _answer;

    /// <summary>Starts.</summary>
    /// <param name="answer">Given a path, tells status code and body.</param>
    public FakeHttpServer(Func<string, (int Code, string Body)> answer)
    {
        _answer = answer;
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Where it listens.</summary>
    public HostPort Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = _listener.AcceptTcpClient();
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                var request = reader.ReadLine() ?? "";
                while (reader.ReadLine() is { Length: > 0 })
                {
                }

                var (code, body) = _answer(request.Split(' ').ElementAtOrDefault(1) ?? "");
                client.GetStream().Write(Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {code} -\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (Exception closed) when (closed is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
