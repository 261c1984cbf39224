namespace Catena.ZooKeeper.Protocol;

/// <summary>What came of a request, as a number (<c>KeeperException.Code</c>).</summary>
/// <remarks>A server newer than this list may answer with numbers that have no name here; they are carried as they came.</remarks>
public enum ErrorCode
{
    /// <summary>It was done.</summary>
    Ok = 0,

    /// <summary>The server failed, and nothing was done.</summary>
    SystemError = -1,

    /// <summary>An update of a multi that another's failure undid or prevented.</summary>
    RuntimeInconsistency = -2,

    /// <summary>The server found its data inconsistent.</summary>
    DataInconsistency = -3,

    /// <summary>The connection broke before the answer came: the request may or may not have been carried out.</summary>
    ConnectionLoss = -4,

    /// <summary>A record could not be decoded.</summary>
    MarshallingError = -5,

    /// <summary>The server does not know the request.</summary>
    Unimplemented = -6,

    /// <summary>The request took too long.</summary>
    OperationTimeout = -7,

    /// <summary>An argument makes no sense, such as a path with an empty name in it.</summary>
    BadArguments = -8,

    /// <summary>The session is unknown to the server.</summary>
    UnknownSession = -12,

    /// <summary>No quorum of the new ensemble is connected.</summary>
    NewConfigNoQuorum = -13,

    /// <summary>Another change of the ensemble is under way.</summary>
    ReconfigInProgress = -14,

    /// <summary>The znode, or the parent of the one to create, does not exist.</summary>
    NoNode = -101,

    /// <summary>The session may not do this.</summary>
    NoAuth = -102,

    /// <summary>The znode's version is not the one that was named.</summary>
    BadVersion = -103,

    /// <summary>An ephemeral znode cannot have children.</summary>
    NoChildrenForEphemerals = -108,

    /// <summary>The znode exists already.</summary>
    NodeExists = -110,

    /// <summary>The znode has children.</summary>
    NotEmpty = -111,

    /// <summary>The session has expired, and its ephemeral znodes are gone or will go.</summary>
    SessionExpired = -112,

    /// <summary>A callback was of no use.</summary>
    InvalidCallback = -113,

    /// <summary>The access control list is empty, malformed or not supported.</summary>
    InvalidAcl = -114,

    /// <summary>The credentials were refused.</summary>
    AuthFailed = -115,

    /// <summary>The session has moved to another server.</summary>
    SessionMoved = -118,

    /// <summary>A write reached a server that only reads.</summary>
    NotReadOnly = -119,

    /// <summary>A local session cannot own ephemeral znodes.</summary>
    EphemeralOnLocalSession = -120,

    /// <summary>There is no such watch to remove.</summary>
    NoWatcher = -121,

    /// <summary>The request timed out in the server.</summary>
    RequestTimeout = -122,

    /// <summary>Changing the ensemble is switched off.</summary>
    ReconfigDisabled = -123,

    /// <summary>The server wants SASL and closed the session.</summary>
    SessionClosedRequireSaslAuth = -124,

    /// <summary>A quota is used up.</summary>
    QuotaExceeded = -125,

    /// <summary>The server is overloaded and refused the request.</summary>
    ThrottledOp = -127,
}
