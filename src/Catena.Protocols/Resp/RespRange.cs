namespace Catena.Protocols.Resp;

/// <summary>Where one argument lies in the bytes that hold its request.</summary>
/// <remarks>Offsets rather than spans, so that they stay true when the receive buffer moves between two reads.</remarks>
/// <param name="Start">The first byte, from the start of the request.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct RespRange(int Start, int Length);
