using System.Buffers;
using Catena.Storage.Indexing;

namespace Catena.Storage.Checkpoints;

/// <summary>The memory that the checkpoints of one round are written with, one after the other.</summary>
internal sealed class CheckpointBuffers
{
    /// <summary>The block that is being written.</summary>
    internal ArrayBufferWriter<byte> Block { get; } = new(64 * 1024);

    /// <summary>The entries that are being copied.</summary>
    internal ScanBatch Batch { get; } = new();
}
