using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Catena.Integration.Tests.Harness;

/// <summary>The least client of the Redis protocol, for loads whose every answer a test counts.</summary>
internal sealed class RawRedis : IDisposable
{
    private const int AtOnce = 100;

    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    internal RawRedis(int port)
    {
        _client = new TcpClient("127.0.0.1", port) { NoDelay = true, ReceiveTimeout = 60_000 };
        _stream = new BufferedStream(_client.GetStream(), 64 << 10);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    /// <summary>Writes a key.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    internal void Set(string key, string value) => SetMany([(key, value)]);

    /// <summary>Writes a key that lives for a time.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    internal void SetFor(string key, string value, int milliseconds)
    {
        Send("SET", key, value, "PX", milliseconds.ToString(CultureInfo.InvariantCulture));
        _stream.Flush();
        if (Line() is var answer && answer != "+OK")
        {
            throw new InvalidOperationException(answer);
        }
    }

    /// <summary>Writes keys, many under way at once.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    internal void SetMany(IEnumerable<(string Key, string Value)> pairs)
    {
        foreach (var chunk in pairs.Chunk(AtOnce))
        {
            foreach (var (key, value) in chunk)
            {
                Send("SET", key, value);
            }

            _stream.Flush();
            foreach (var _ in chunk)
            {
                var answer = Line();
                if (answer != "+OK")
                {
                    throw new InvalidOperationException(answer);
                }
            }
        }
    }

    /// <summary>Reads a key; null where it is absent.</summary>
    internal string? Get(string key)
    {
        Send("GET", key);
        _stream.Flush();
        return Value();
    }

    /// <summary>Reads a key that may be out of date.</summary>
    /// <param name="key">The key.</param>
    /// <param name="bound">By how many milliseconds it may be.</param>
    /// <returns>The value, null where the key is absent, and by how many milliseconds it may be out of date.</returns>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    internal (string? Value, long Age) GetStale(string key, long bound)
    {
        Send("CATENA.GET", key, "STALENESS", bound.ToString(CultureInfo.InvariantCulture));
        _stream.Flush();
        var head = Line();
        if (head != "*2")
        {
            throw new InvalidOperationException(head);
        }

        var value = Value();
        return (value, long.Parse(Line().AsSpan(1), CultureInfo.InvariantCulture));
    }

    private string? Value()
    {
        var length = int.Parse(Line().AsSpan(1), CultureInfo.InvariantCulture);
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length + 2];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private void Send(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{parts.Length}\r\n");
        foreach (var part in parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        _stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private string Line()
    {
        var line = new StringBuilder();
        for (int value; (value = _stream.ReadByte()) != '\n';)
        {
            if (value < 0)
            {
                throw new EndOfStreamException();
            }

            line.Append((char)value);
        }

        return line.ToString().TrimEnd('\r');
    }
}
