using System.Net;
using System.Net.Sockets;
using Catena.Server.Metrics;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners.PlainText;

/// <summary>The listener of the plain-text service.</summary>
/// <param name="endPoint">Where it listens; port 0 for any free one.</param>
/// <param name="options">Its limits.</param>
/// <param name="router">Where commands go.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Where its figures are listed.</param>
/// <param name="log">Where it logs.</param>
internal sealed class PlainTextListener(
    IPEndPoint endPoint, ListenerOptions options, ICommandRouter router, TimeProvider time, MetricsRegistry metrics, ILogger log)
    : TcpListenerHost("text", endPoint, options, router, time, metrics, log)
{
    private static readonly byte[] Full = "Error: the node has all the clients it may have."u8.ToArray();

    /// <inheritdoc />
    protected override ReadOnlyMemory<byte> FullReply => Full;

    /// <inheritdoc />
    protected override ClientConnection Create(Socket socket, long id) => new PlainTextConnection(this, socket, id);
}
