namespace Catena.Protocols.Resp;

/// <summary>The version of the Redis serialization protocol in which a connection's replies are written.</summary>
/// <remarks>A connection starts with version 2; HELLO changes it.</remarks>
public enum RespVersion
{
    /// <summary>RESP2, which every client speaks: strings, errors, integers, bulks and arrays.</summary>
    Resp2 = 2,

    /// <summary>RESP3 (Redis 6): adds maps, sets, doubles, booleans, pushes and a null of its own.</summary>
    Resp3 = 3,
}
