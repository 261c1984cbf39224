namespace Catena.Protocols.Thrift;

/// <summary>Why a call did not run: the type of a TApplicationException, by its number on the wire.</summary>
public enum ThriftExceptionType
{
    /// <summary>No reason is given.</summary>
    Unknown = 0,

    /// <summary>The service has no such method.</summary>
    UnknownMethod = 1,

    /// <summary>The message is of a type that is not expected.</summary>
    InvalidMessageType = 2,

    /// <summary>The answer names another method than the call.</summary>
    WrongMethodName = 3,

    /// <summary>The answer has another sequence number than the call.</summary>
    BadSequenceId = 4,

    /// <summary>The answer has no result.</summary>
    MissingResult = 5,

    /// <summary>The call was refused or failed; the text says why.</summary>
    InternalError = 6,

    /// <summary>The arguments could not be read.</summary>
    ProtocolError = 7,
}
