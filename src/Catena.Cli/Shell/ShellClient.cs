using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>Calls the service Catena at one node after the other, until one answers.</summary>
/// <remarks>It keeps one connection and waits for each answer. Not thread-safe.</remarks>
/// <param name="nodes">The nodes' Thrift addresses.</param>
/// <param name="timeout">How long a call may take with all its repetitions; also each wait for bytes.</param>
internal sealed class ShellClient(IReadOnlyList<HostPort> nodes, TimeSpan timeout) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private ServerConnection? _connection;
    private int _current;
    private int _sequenceId;

    /// <summary>The node that is asked.</summary>
    public HostPort Node => nodes[_current];

    /// <summary>Calls a method.</summary>
    /// <remarks>What is unavailable is tried again, for nothing has happened then; a transaction's call at its own node, others at the next one.</remarks>
    /// <param name="request">The call.</param>
    /// <param name="read">Takes the result out of the answer.</param>
    /// <param name="kind">What may be done when the answer is lost.</param>
    /// <exception cref="ShellException">It was refused, or no answer came.</exception>
    public T Call<T>(CatenaRequest request, ReplyReading<T> read, CallKind kind)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        var earlier = "";
        while (true)
        {
            var isSent = false;
            try
            {
                var connection = kind == CallKind.TransactionStep ? OfTransaction() : Connected(deadline);
                request.Write(connection.Output, ++_sequenceId);
                isSent = true;
                connection.Send();
                return Receive(connection, request.Method, read);
            }
            catch (Exception broken) when (broken is SocketException or InvalidDataException)
            {
                var node = Node;
                Drop();
                if (kind != CallKind.Repeatable || Environment.TickCount64 >= deadline)
                {
                    throw new ShellException($"{node} did not answer: {broken.Message}") { IsLost = true, IsOpen = isSent && kind != CallKind.Repeatable };
                }
            }
            catch (ShellException refused) when (refused.Raised == CatenaException.Unavailable && Environment.TickCount64 + Pause.TotalMilliseconds < deadline)
            {
                earlier = refused.Message;
                Thread.Sleep(Pause);
                if (kind != CallKind.TransactionStep && nodes.Count > 1)
                {
                    Drop();
                }
            }
            catch (ShellException ended) when (ended.Raised == CatenaException.NoSuchTransaction && earlier.Length > 0)
            {
                // The transaction ended while the call was tried again: what it met first is the reason.
                throw new ShellException(earlier) { Raised = ended.Raised };
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection?.Dispose();

    private static T Receive<T>(ServerConnection connection, int sequenceId, CatenaMethod method, ReplyReading<T> read)
    {
        while (true)
        {
            switch (ThriftFrame.Read(connection.Received, ThriftFrame.DefaultMaxBytes, out var frame, out var size))
            {
                case ReadStatus.Complete:
                    connection.Consume(size);
                    if (!CatenaReply.TryRead(frame, method, out var reply) || reply.SequenceId != sequenceId)
                    {
                        throw new InvalidDataException("what it sent is no answer to this call; is this a Thrift port?");
                    }

                    ThrowIfRefused(reply);
                    return read(reply, out var result) ? result : throw new InvalidDataException("its answer is not of the method's type");
                case ReadStatus.NeedMore:
                    connection.Receive();
                    break;
                default:
                    throw new InvalidDataException("what it sent is no frame; is this a Thrift port?");
            }
        }
    }

    private static void ThrowIfRefused(CatenaReply reply)
    {
        if (reply.IsApplicationException || reply.Exception != 0)
        {
            var text = ShellText.Harmless(Encoding.UTF8.GetString(reply.Message));
            var isOpen = reply.Exception == CatenaException.OutcomeUnknown || text.StartsWith("outcome unknown", StringComparison.Ordinal);
            throw new ShellException(reply.IsApplicationException ? text : $"{reply.Exception}: {text}") { Raised = reply.Exception, IsOpen = isOpen };
        }
    }

    private T Receive<T>(ServerConnection connection, CatenaMethod method, ReplyReading<T> read) => Receive(connection, _sequenceId, method, read);

    /// <summary>Closes the connection, so that the next call goes to the next node.</summary>
    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
        _current = (_current + 1) % nodes.Count;
    }

    private ServerConnection OfTransaction() =>
        _connection is { IsClosedByPeer: false } connection ? connection : throw new SocketException((int)SocketError.ConnectionReset);

    /// <summary>The connection that is open, or one to the first node that listens.</summary>
    private ServerConnection Connected(long deadline)
    {
        if (_connection is { IsClosedByPeer: true })
        {
            Drop();
        }

        var attempts = 0;
        while (_connection is null)
        {
            try
            {
                _connection = ServerConnection.Open(Node, timeout);
            }
            catch (SocketException refused)
            {
                Drop();
                if (++attempts % nodes.Count == 0)
                {
                    if (Environment.TickCount64 + Pause.TotalMilliseconds >= deadline)
                    {
                        throw new ShellException($"no node answers at {string.Join(", ", nodes)}: {refused.Message}. Is the cluster up? Start one with: catena up") { IsLost = true };
                    }

                    Thread.Sleep(Pause);
                }
            }
        }

        return _connection;
    }
}
