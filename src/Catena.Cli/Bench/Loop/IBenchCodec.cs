using System.Buffers;

namespace Catena.Cli.Bench.Loop;

/// <summary>One connection's requests and answers as bytes, in whatever protocol; requests are answered in their order. Not thread-safe.</summary>
internal interface IBenchCodec
{
    /// <summary>Writes a request that reads a key.</summary>
    void WriteRead(IBufferWriter<byte> output, ReadOnlySpan<byte> key);

    /// <summary>Writes a request that writes a key.</summary>
    void WriteWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Writes a request that reads records that follow each other.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="keys">The keys of all records.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    void WriteScan(IBufferWriter<byte> output, RecordKeys keys, long first, int count);

    /// <summary>Writes the request that has to come first.</summary>
    /// <returns>False where none is needed.</returns>
    bool WriteAuthentication(IBufferWriter<byte> output);

    /// <summary>Writes what a server wants to hear before the connection is closed; nobody waits for an answer.</summary>
    /// <returns>False where nothing is.</returns>
    bool WriteFarewell(IBufferWriter<byte> output) => false;

    /// <summary>Finds the answer to the oldest request that has none.</summary>
    /// <param name="received">Everything received and not yet consumed.</param>
    /// <param name="step">What was asked.</param>
    /// <param name="reply">The answer, as a view of what was received.</param>
    /// <param name="consumed">How many bytes of it there are.</param>
    /// <returns>False where it is not there in full.</returns>
    /// <exception cref="InvalidDataException">The server does not speak the protocol.</exception>
    bool TryRead(ReadOnlySpan<byte> received, BenchStep step, out BenchReply reply, out int consumed);
}
