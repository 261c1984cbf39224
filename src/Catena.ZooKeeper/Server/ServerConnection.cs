using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Catena.ZooKeeper.Transport;

namespace Catena.ZooKeeper.Server;

/// <summary>One client's socket: hands whole frames to the engine where they lie, and sends what the engine releases.</summary>
/// <remarks>
/// Nothing more is read before the engine is done with what was, and before enough of the replies is sent. So a connection holds one
/// incomplete frame at most, and of that only as much as has arrived.
/// </remarks>
/// <param name="socket">The socket; closed at the end.</param>
/// <param name="link">The engine's view of it.</param>
/// <param name="engine">Does the work.</param>
/// <param name="options">The server's options.</param>
internal sealed class ServerConnection(Socket socket, ServerLink link, EngineThread engine, EmbeddedZooKeeperServerOptions options)
{
    private const int ReadSize = 16 * 1024;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    /// <summary>Serves the connection until either side ends it.</summary>
    /// <param name="cancellationToken">Ends it at once.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (socket)
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Ended))
        {
            if (engine.TryPost(new ServerWork(ServerWorkKind.Open, link)))
            {
                var sending = SendAsync(stop.Token);
                var reading = ReadAsync(stop.Token);
                await Task.WhenAny(sending, reading).ConfigureAwait(false);
                link.Outgoing.Complete();
                stop.CancelAfter(Linger);
                var both = Task.WhenAll(sending, reading);
                await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (both.Exception is { } reason)
                {
                    ServerLog.LinkBroken(options.Logger, reason, link.Id);
                }
            }
        }

        engine.TryPost(new ServerWork(ServerWorkKind.Gone, link));
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await link.Outgoing.PumpAsync(socket, cancellationToken).ConfigureAwait(false);

        // Reading goes on until the client has hung up too: closing over unread bytes would reset the connection, and the
        // reset might overtake the last reply.
        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var incoming = PipeReader.Create(new NetworkStream(socket, ownsSocket: false), new StreamPipeReaderOptions(bufferSize: ReadSize));
        try
        {
            while (true)
            {
                var result = await incoming.ReadAsync(cancellationToken).ConfigureAwait(false);
                var received = result.Buffer;
                var mustWait = false;
                if (HasWork(received))
                {
                    (var consumed, mustWait) = await DoAsync(received).ConfigureAwait(false);
                    incoming.AdvanceTo(consumed, mustWait ? consumed : received.End);
                    await link.Outgoing.WaitForRoomAsync(options.MaxFrameBytes, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    incoming.AdvanceTo(received.Start, received.End);
                }

                if (result.IsCompleted && !mustWait)
                {
                    return;
                }
            }
        }
        finally
        {
            await incoming.CompleteAsync().ConfigureAwait(false);
        }
    }

    private bool HasWork(ReadOnlySequence<byte> received) =>
        FrameSplitter.TryTake(ref received, options.MaxFrameBytes, out _) != FrameStatus.Incomplete;

    private Task<(SequencePosition Consumed, bool MustWait)> DoAsync(ReadOnlySequence<byte> received)
    {
        var outcome = new TaskCompletionSource<(SequencePosition, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        return engine.TryPost(new ServerWork(ServerWorkKind.Receive, link, received, outcome))
            ? outcome.Task
            : Task.FromException<(SequencePosition, bool)>(new OperationCanceledException("the server is stopping"));
    }
}
