namespace Catena.Protocols.Thrift;

/// <summary>What a Thrift message is, by its number on the wire.</summary>
public enum ThriftMessageType : byte
{
    /// <summary>A call that wants an answer.</summary>
    Call = 1,

    /// <summary>The answer of a call that ran.</summary>
    Reply = 2,

    /// <summary>The answer of a call that did not.</summary>
    Exception = 3,

    /// <summary>A call that wants no answer.</summary>
    OneWay = 4,
}
