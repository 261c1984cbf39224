using Catena.Cli.CommandLine;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups.Network;

/// <summary>A node's answer with a partition's state or log, block by block.</summary>
/// <remarks>Not thread-safe. An answer that breaks off, or that ends with something in the way, is an exception and no end.</remarks>
internal sealed class PartitionStream : IAsyncDisposable
{
    private readonly HostPort _node;
    private readonly HttpResponseMessage _response;
    private readonly BlockReader _blocks;
    private readonly TimeSpan _patience;

    private PartitionStream(HostPort node, HttpResponseMessage response, BlockReader blocks, TimeSpan patience)
    {
        _node = node;
        _response = response;
        _blocks = blocks;
        _patience = patience;
    }

    /// <summary>What the answer is of.</summary>
    public StreamBegin Begin { get; private set; } = null!;

    /// <summary>How it ended; null before that.</summary>
    public StreamEnd? End { get; private set; }

    /// <summary>What the present block holds.</summary>
    public BlockKind Kind => _blocks.Kind;

    /// <summary>The present block's payload, good until the next is read.</summary>
    public ReadOnlyMemory<byte> Payload => _blocks.Payload;

    /// <summary>Reads an answer's beginning.</summary>
    /// <param name="node">Who answers.</param>
    /// <param name="response">The answer, which becomes the stream's.</param>
    /// <param name="partition">The partition that it must be of.</param>
    /// <param name="cluster">The cluster that it must be of.</param>
    /// <param name="patience">How long each block may take.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It is something else, or broke off.</exception>
    public static async Task<PartitionStream> OpenAsync(
        HostPort node, HttpResponseMessage response, PartitionId partition, Guid cluster, TimeSpan patience, CancellationToken cancellation)
    {
        PartitionStream? stream = null;
        try
        {
            stream = new PartitionStream(node, response, new BlockReader(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false)), patience);
            if (!await stream.NextAsync(cancellation).ConfigureAwait(false) || stream.Kind != BlockKind.Begin)
            {
                throw new RemoteException(RemoteException.Unreachable, $"{node}: its answer has no beginning");
            }

            stream.Begin = StreamBegin.Read(stream.Payload.Span);
            return stream.Begin.Cluster == cluster && stream.Begin.Partition == partition
                ? stream
                : throw new RemoteException(FailureCodes.BadRequest, $"{node} answers for another cluster or partition");
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next block.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="RemoteException">The answer broke off, or something is in the way of its end.</exception>
    public async Task<bool> NextAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_patience);
        try
        {
            if (!await _blocks.ReadAsync(timeout.Token).ConfigureAwait(false))
            {
                throw new RemoteException(RemoteException.Unreachable, $"{_node}: its answer broke off");
            }

            switch (_blocks.Kind)
            {
                case BlockKind.End:
                    End = StreamEnd.Read(Payload.Span);
                    return false;
                case BlockKind.Failure:
                    var failure = StreamFailure.Read(Payload.Span);
                    throw new RemoteException(failure.Code, $"{_node}: {failure.Reason}");
                default:
                    return true;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RemoteException(RemoteException.Unreachable, $"{_node}: its answer stands still");
        }
        catch (Exception broken) when (broken is InvalidDataException or HttpRequestException or IOException)
        {
            throw new RemoteException(RemoteException.Unreachable, $"{_node}: {broken.Message}", broken);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
