using System.Buffers;

namespace Catena.Server.PubSub;

/// <summary>Writes what the subscribers of a pattern are given.</summary>
/// <param name="output">Where to.</param>
/// <param name="pattern">The pattern.</param>
/// <param name="channel">The channel that matches it.</param>
/// <param name="message">The message.</param>
internal delegate void PatternMessageWriter(
    IBufferWriter<byte> output, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message);
