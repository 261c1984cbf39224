namespace Catena.Cli.Tests.Backups;

/// <summary>Bytes that arrive a few at a time.</summary>
internal sealed class SlowStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(atOnce, buffer.Length)], cancellationToken);
}
