using System.Net;
using System.Net.Sockets;

namespace Catena.Faults.Network;

/// <summary>The machine's own loopback, for runs whose faults leave the network alone: needs no rights and loses nothing.</summary>
internal sealed class LoopbackNetwork : INetwork
{
    /// <inheritdoc />
    public bool CanCut => false;

    /// <inheritdoc />
    public string Slowness => "none";

    /// <inheritdoc />
    public IPAddress AddressOf(string host) => IPAddress.Loopback;

    /// <inheritdoc />
    public IReadOnlyList<string> On(string host, IReadOnlyList<string> command) => command;

    /// <inheritdoc />
    public Socket Observe() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <inheritdoc />
    public void Cut(string from, string to) => throw new NotSupportedException("Loopback cannot be cut.");

    /// <inheritdoc />
    public void Mend(string from, string to) => throw new NotSupportedException("Loopback cannot be cut.");

    /// <inheritdoc />
    public void Slow(string host) => throw new NotSupportedException("Loopback cannot be slowed down.");

    /// <inheritdoc />
    public void Hasten(string host) => throw new NotSupportedException("Loopback cannot be slowed down.");

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
