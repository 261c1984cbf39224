namespace Catena.Protocols.Resp.Commands;

/// <summary>The commands of the Redis protocol that this project knows, to switch on. The numbers mean nothing outside a process.</summary>
public enum RedisCommandId
{
    /// <summary>The command PING.</summary>
    Ping,

    /// <summary>The command ECHO.</summary>
    Echo,

    /// <summary>The command HELLO.</summary>
    Hello,

    /// <summary>The command SELECT.</summary>
    Select,

    /// <summary>The command QUIT.</summary>
    Quit,

    /// <summary>The command RESET.</summary>
    Reset,

    /// <summary>The command COMMAND.</summary>
    Command,

    /// <summary>The command CLIENT.</summary>
    Client,

    /// <summary>The command INFO.</summary>
    Info,

    /// <summary>The command CONFIG.</summary>
    Config,

    /// <summary>The command AUTH.</summary>
    Auth,

    /// <summary>The command TIME.</summary>
    Time,

    /// <summary>The command LASTSAVE.</summary>
    LastSave,

    /// <summary>The command SAVE.</summary>
    Save,

    /// <summary>The command BGSAVE.</summary>
    BgSave,

    /// <summary>The command BGREWRITEAOF.</summary>
    BgRewriteAof,

    /// <summary>The command ROLE.</summary>
    Role,

    /// <summary>The command REPLICAOF.</summary>
    ReplicaOf,

    /// <summary>The command SLAVEOF.</summary>
    SlaveOf,

    /// <summary>The command SHUTDOWN.</summary>
    Shutdown,

    /// <summary>The command MONITOR.</summary>
    Monitor,

    /// <summary>The command DEBUG.</summary>
    Debug,

    /// <summary>The command SLOWLOG.</summary>
    SlowLog,

    /// <summary>The command LATENCY.</summary>
    Latency,

    /// <summary>The command MEMORY.</summary>
    Memory,

    /// <summary>The command ACL.</summary>
    Acl,

    /// <summary>The command SCRIPT.</summary>
    Script,

    /// <summary>The command FUNCTION.</summary>
    Function,

    /// <summary>The command LOLWUT.</summary>
    Lolwut,

    /// <summary>The command SUBSCRIBE.</summary>
    Subscribe,

    /// <summary>The command UNSUBSCRIBE.</summary>
    Unsubscribe,

    /// <summary>The command PSUBSCRIBE.</summary>
    PSubscribe,

    /// <summary>The command PUNSUBSCRIBE.</summary>
    PUnsubscribe,

    /// <summary>The command SSUBSCRIBE.</summary>
    SSubscribe,

    /// <summary>The command SUNSUBSCRIBE.</summary>
    SUnsubscribe,

    /// <summary>The command PUBLISH.</summary>
    Publish,

    /// <summary>The command SPUBLISH.</summary>
    SPublish,

    /// <summary>The command PUBSUB.</summary>
    PubSub,

    /// <summary>The command GET.</summary>
    Get,

    /// <summary>The command SET.</summary>
    Set,

    /// <summary>The command MGET.</summary>
    MGet,

    /// <summary>The command MSET.</summary>
    MSet,

    /// <summary>The command DEL.</summary>
    Del,

    /// <summary>The command EXISTS.</summary>
    Exists,

    /// <summary>The command INCR.</summary>
    Incr,

    /// <summary>The command DECR.</summary>
    Decr,

    /// <summary>The command INCRBY.</summary>
    IncrBy,

    /// <summary>The command DECRBY.</summary>
    DecrBy,

    /// <summary>The command INCRBYFLOAT.</summary>
    IncrByFloat,

    /// <summary>The command APPEND.</summary>
    Append,

    /// <summary>The command STRLEN.</summary>
    StrLen,

    /// <summary>The command SETNX.</summary>
    SetNx,

    /// <summary>The command SETEX.</summary>
    SetEx,

    /// <summary>The command PSETEX.</summary>
    PSetEx,

    /// <summary>The command GETSET.</summary>
    GetSet,

    /// <summary>The command GETDEL.</summary>
    GetDel,

    /// <summary>The command GETEX.</summary>
    GetEx,

    /// <summary>The command EXPIRE.</summary>
    Expire,

    /// <summary>The command PEXPIRE.</summary>
    PExpire,

    /// <summary>The command EXPIREAT.</summary>
    ExpireAt,

    /// <summary>The command PEXPIREAT.</summary>
    PExpireAt,

    /// <summary>The command TTL.</summary>
    Ttl,

    /// <summary>The command PTTL.</summary>
    PTtl,

    /// <summary>The command EXPIRETIME.</summary>
    ExpireTime,

    /// <summary>The command PEXPIRETIME.</summary>
    PExpireTime,

    /// <summary>The command PERSIST.</summary>
    Persist,

    /// <summary>The command TYPE.</summary>
    Type,

    /// <summary>The command SCAN.</summary>
    Scan,

    /// <summary>The command DBSIZE.</summary>
    DbSize,

    /// <summary>The command FLUSHALL.</summary>
    FlushAll,

    /// <summary>The command FLUSHDB.</summary>
    FlushDb,

    /// <summary>The command CLUSTER.</summary>
    Cluster,

    /// <summary>The command READONLY.</summary>
    ReadOnly,

    /// <summary>The command READWRITE.</summary>
    ReadWrite,

    /// <summary>The command ASKING.</summary>
    Asking,

    /// <summary>The command UNLINK.</summary>
    Unlink,

    /// <summary>The command TOUCH.</summary>
    Touch,

    /// <summary>The command KEYS.</summary>
    Keys,

    /// <summary>The command MSETNX.</summary>
    MSetNx,

    /// <summary>The command SUBSTR.</summary>
    SubStr,

    /// <summary>The command GETRANGE.</summary>
    GetRange,

    /// <summary>The command SETRANGE.</summary>
    SetRange,

    /// <summary>The command LCS.</summary>
    Lcs,

    /// <summary>The command SETBIT.</summary>
    SetBit,

    /// <summary>The command GETBIT.</summary>
    GetBit,

    /// <summary>The command BITCOUNT.</summary>
    BitCount,

    /// <summary>The command BITPOS.</summary>
    BitPos,

    /// <summary>The command BITOP.</summary>
    BitOp,

    /// <summary>The command BITFIELD.</summary>
    BitField,

    /// <summary>The command BITFIELD_RO.</summary>
    BitFieldRo,

    /// <summary>The command RANDOMKEY.</summary>
    RandomKey,

    /// <summary>The command RENAME.</summary>
    Rename,

    /// <summary>The command RENAMENX.</summary>
    RenameNx,

    /// <summary>The command COPY.</summary>
    Copy,

    /// <summary>The command OBJECT.</summary>
    Object,

    /// <summary>The command DUMP.</summary>
    Dump,

    /// <summary>The command RESTORE.</summary>
    Restore,

    /// <summary>The command WAIT.</summary>
    Wait,

    /// <summary>The command SWAPDB.</summary>
    SwapDb,

    /// <summary>The command MOVE.</summary>
    Move,

    /// <summary>The command CATENA.GET.</summary>
    CatenaGet,

    /// <summary>The command MULTI.</summary>
    Multi,

    /// <summary>The command EXEC.</summary>
    Exec,

    /// <summary>The command DISCARD.</summary>
    Discard,

    /// <summary>The command WATCH.</summary>
    Watch,

    /// <summary>The command UNWATCH.</summary>
    Unwatch,
}
