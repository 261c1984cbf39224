namespace Catena.Protocols.Thrift;

/// <summary>What a frame that a client sent turned out to be.</summary>
public enum KeyValueCallStatus
{
    /// <summary>A call of a method that the service has.</summary>
    Call = 0,

    /// <summary>A call of another method: answer <see cref="ThriftExceptionType.UnknownMethod" /> and go on.</summary>
    UnknownMethod = 1,

    /// <summary>A call whose arguments cannot be read: answer <see cref="ThriftExceptionType.ProtocolError" /> and go on.</summary>
    BadArguments = 2,

    /// <summary>A message that is no call: answer <see cref="ThriftExceptionType.InvalidMessageType" /> and go on.</summary>
    NotACall = 3,

    /// <summary>No message of the strict binary protocol; there is nobody to answer, so the connection is over.</summary>
    BadMessage = 4,
}
