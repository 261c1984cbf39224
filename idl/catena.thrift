/**
 * What Catena's nodes offer to Thrift clients: KeyValueService, which older clients know, and Catena, which has all of that and more.
 *
 * Transport: TFramedTransport, frames of at most 16,384,000 bytes. Protocol: TBinaryProtocol, strict in both directions.
 * Any node answers any call, but where the method says otherwise. Calls of one connection are answered in order and may be sent ahead of
 * the answers. A method that is not listed here is answered by a TApplicationException of type 1 (UNKNOWN_METHOD), one whose
 * arguments cannot be read by one of type 7 (PROTOCOL_ERROR).
 *
 * No name here is a reserved word of a language for which Thrift's compiler generates code: it refuses "begin", "delete", "from", "next".
 */

/**
 * Keys and values, as they were always served here. They are bytes: they are declared as strings because that is what existing
 * clients declare, and are never decoded.
 *
 * A call that is refused or fails is answered by a TApplicationException of type 6 (INTERNAL_ERROR) whose text says why.
 */
service KeyValueService {
  /** The value of a key; an empty string for a key that is absent. Linearizable. */
  string get(1: string key)

  /** Sets a key's value. Answered once the write is durable and replicated as the cluster's settings demand. */
  void put(1: string key, 2: string value)

  /** As put, if the node's setting --thrift-replicate is on; otherwise refused. Some clients' servers copy writes to each other with it; nodes of Catena copy writes in their own way. */
  void replicate(1: string key, 2: string value)

  /** All keys and their values; refused if they do not fit one frame. */
  map<string, string> dump()
}

/** Others were in the way, or an operator ended the transaction. It has ended and nothing happened. Begin another with its handle as retryOf. */
exception TransactionAborted {
  1: string message
}

/**
 * The node that was asked has no such open transaction, or the cluster nothing that was prepared under the handle. It has ended, was begun at another node,
 * or was forgotten because its node restarted. This call did nothing; what became of an earlier commit whose answer was lost is as open as before.
 */
exception NoSuchTransaction {
  1: string message
}

/** The transaction that was to be rolled back has been committed. */
exception TransactionCommitted {
  1: string message
}

/** The call can never succeed as it is: a key, value or range that is not allowed, or a transaction that is too large. Nothing happened. */
exception InvalidRequest {
  1: string message
}

/** A part of the cluster cannot do it for now. Nothing happened; the call may be repeated. */
exception Unavailable {
  1: string message
}

/** The call may have taken effect, now or a little later, or never. The only exception whose outcome is open. */
exception OutcomeUnknown {
  1: string message
}

/** There is no such table. Nothing happened. */
exception NoSuchTable {
  1: string message
}

/** There is a table of that name already. Nothing happened. */
exception TableExists {
  1: string message
}

/** How a transaction begins. */
struct BeginOptions {
  /**
   * Whether it locks what it names before it reads it. Others then wait for it, so that only older transactions can get in its way. For those that often
   * lose to others; not for clients that think for long.
   */
  1: optional bool locking

  /**
   * The handle of a transaction that ended in TransactionAborted, in whose place this one comes. It takes that one's age: the older of two has its way, so that
   * who keeps trying succeeds in the end.
   */
  2: optional binary retryOf
}

/** What stands at a key. */
struct OptionalValue {
  /** Whether there is a value. */
  1: bool found

  /** The value, if found; it may be empty. */
  2: optional binary value

  /**
   * The value's version, where the method tells one: sixteen bytes that mean nothing to clients but that each write of the key has another, greater one in the order of bytes.
   */
  3: optional binary version
}

/** A key and its value. */
struct KeyValue {
  1: binary key
  2: binary value

  /** The value's version; a transaction's scan tells none. */
  3: optional binary version

  /** When the key expires, in milliseconds since 1970 UTC; left out for never, and by a transaction's scan. */
  4: optional i64 expiresAt
}

/** Under which condition something is written, of which there is one at most, and how. */
struct WriteOptions {
  /** Only where the key is absent. */
  1: optional bool ifAbsent

  /** Only where the key is present. */
  2: optional bool ifPresent

  /** Only where the key has this version. */
  3: optional binary ifVersion

  /** When the key expires, in milliseconds since 1970 UTC. Of expiresAt, timeToLive and keepExpiry there is one at most; without any, the key never expires. */
  4: optional i64 expiresAt

  /** After how many milliseconds the key expires, by the clock of the node that is asked. */
  5: optional i64 timeToLive

  /** Leave the key's expiry time as it is. */
  6: optional bool keepExpiry

  /** Answer with what stood there before. */
  7: optional bool returnPrevious
}

/** What became of a put or delete. */
struct WriteResult {
  /** Whether the condition held, if there was one, and something was written: a delete of an absent key writes nothing. */
  1: bool applied

  /** What stood there before, if that was asked for; left out where it is too long for a frame, or a conditional delete did nothing. */
  2: optional OptionalValue previous
}

/** One of several changes that are made all or none. */
struct Change {
  /** The table; empty or left out for the default one. */
  1: optional string table

  /** The key; no two changes should have the same. */
  2: binary key

  /** What is put there. If it is left out, the key is deleted. */
  3: optional binary value

  /** Conditions and expiry time. ifPresent and returnPrevious are not possible here. */
  4: optional WriteOptions options
}

/**
 * Some keys that share a hash tag, in the order of their bytes. All of them begin in the same way, up to the tag's closing brace:
 * from "user:{17}:a" to "user:{17}:m", for example.
 */
struct ScanRequest {
  /** The first key, present or not; it has a hash tag. */
  1: binary startKey

  /** The first key that is not wanted any more. It begins as startKey up to the tag's closing brace. If it is left out, all keys are wanted that begin so. */
  2: optional binary endKey

  /** How many entries are wanted at most: 1 to 10,000; 1,000 if it is left out. */
  3: optional i32 limit

  /** The table; empty or left out for the default one. Of tableScanRange, its own argument says so; if both do, they say the same. */
  4: optional string table
}

/** Some of the entries that were asked for. */
struct ScanPage {
  /** The entries, those of a range in the order of their keys; perhaps fewer than were wanted, or none, even where others follow. */
  1: list<KeyValue> entries

  /** The startKey of the next page, or its cursor; left out where there is none. */
  2: optional binary nextKey
}

/** A node of the cluster. */
struct Node {
  1: string id
  2: string name

  /** The host that clients connect to. */
  3: string host

  /** The ports of the protocols; 0 where a node does not speak one. */
  4: i32 thriftPort
  5: i32 redisPort
  6: i32 httpPort

  /** "master", "sub-master" or "slave"; "down" where it is not running. */
  7: string role

  8: bool alive
}

/** A partition of the key space. */
struct Partition {
  1: i32 number

  /** Its hash slots, first and last: CRC-16 (XMODEM) of the key, or of its hash tag, modulo 16384, as in Redis Cluster. */
  2: i32 firstSlot
  3: i32 lastSlot

  /** The epoch of its configuration; 0 where it has none yet. */
  4: i64 epoch

  /** "primary-backup", "chain" or "apportioned-chain"; empty where there is no configuration. */
  5: string mode

  /** The ids of its members. Writes go to the first, and without a hop if a client asks that node. */
  6: list<string> members
}

/** The cluster as a node sees it. */
struct ClusterMap {
  1: string name

  /** Its identity, a UUID. */
  2: string id

  /** Whether it has a master, so that it can mend itself. */
  3: bool alive

  /** The id of the node that was asked. */
  4: string askedNode

  5: list<Node> nodes
  6: list<Partition> partitions
}

/**
 * KeyValueService, keys and values with versions, conditions and expiry times, and transactions.
 *
 * A table is named by its name, 3 to 255 of the characters A-Z a-z 0-9 _ . -; "default", or an empty name, is that of the default one, whose keys all protocols share, and which is always there. Others are there
 * from tableCreate to tableDrop (otherwise NoSuchTable). All keys are of 1 to 65,535 bytes. Reads are linearizable, and so are writes, each for itself.
 *
 * A transaction reads and writes any keys as if it were alone. Every call of it but those on prepared ones goes to the node where it was begun, on any connection. Of calls that are
 * sent ahead, those of one transaction are carried out in order. What it reads stays as first seen, and its own writes are seen by itself; nobody else sees them before it is committed.
 * Before that, what was read may be out of date: a client that acts on it waits for the commit. A node rolls back a transaction of which it has heard nothing for 30 seconds.
 *
 * After TransactionAborted and OutcomeUnknown the transaction has ended. After InvalidRequest and Unavailable it may be open still: go on, or roll it back.
 */
service Catena extends KeyValueService {
  /** Begins a transaction at this node. Returns its handle, which means nothing to clients. */
  binary transactionBegin(1: BeginOptions options) throws (3: InvalidRequest invalid, 4: Unavailable unavailable)

  /** What stands at a key. The table's name is the last argument of the calls on keys; empty, or left out, for the default one. */
  OptionalValue transactionGet(1: binary transaction, 2: binary key, 4: string table)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Sets a key's value. */
  void transactionPut(1: binary transaction, 2: binary key, 3: binary value, 4: string table)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Deletes a key. Returns whether it was there. */
  bool transactionDelete(1: binary transaction, 2: binary key, 4: string table)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** What stands at the keys of a hash tag. That there are no others is part of what the transaction has read. */
  ScanPage transactionScan(1: binary transaction, 2: ScanRequest request)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /**
   * Ends an open transaction and has it prepared: all that it read is locked for writers, all that it writes for everybody, and it can be committed, whatever fails.
   * Returns another handle, with which transactionCommit or transactionRollback is called at any node, as often as one likes for ten minutes after the first.
   * A transaction on which nobody decides is rolled back after an hour. So is one that is prepared and whose handle was lost with the answer, or with the node.
   */
  binary transactionPrepare(1: binary transaction)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable)

  /**
   * Commits an open or a prepared transaction. If this returns, all of it has happened. Only of a prepared one it may be repeated, after OutcomeUnknown for example: then
   * TransactionAborted says that it was rolled back.
   */
  void transactionCommit(1: binary transaction)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown)

  /** Gives an open or a prepared transaction up. Of a prepared one it may be repeated; of one that has been committed, TransactionCommitted says so. */
  void transactionRollback(1: binary transaction)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown,
      6: TransactionCommitted committed)

  /** What stands at a key, with its version. */
  OptionalValue tableGet(1: string table, 2: binary key) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** What stands at some keys, in their order, without versions: all of it as at one moment. */
  list<OptionalValue> tableGetMany(1: string table, 2: list<binary> keys)
    throws (1: TransactionAborted aborted, 3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Sets a key's value. */
  WriteResult tablePut(1: string table, 2: binary key, 3: binary value, 4: WriteOptions options)
    throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** Deletes a key. ifAbsent and expiry times are not possible here. */
  WriteResult tableDelete(1: string table, 2: binary key, 3: WriteOptions options)
    throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** Adds to the decimal integer at a key, 0 where there is none; returns the sum. */
  i64 tableIncrement(1: string table, 2: binary key, 3: i64 by)
    throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** Appends to the value at a key, the empty one where there is none; returns the new length. */
  i64 tableAppend(1: string table, 2: binary key, 3: binary value)
    throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** Sets when a key expires, in milliseconds since 1970 UTC; 0 for never. Returns whether it was there. */
  bool tableExpire(1: string table, 2: binary key, 3: i64 expiresAt)
    throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** When a key expires, in milliseconds since 1970 UTC; -1 where it never does, -2 where it is absent. */
  i64 tableExpiresAt(1: string table, 2: binary key) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Makes changes all at once, if the conditions of all of them hold; otherwise none. Returns whether they were made. */
  bool tableApply(1: list<Change> changes)
    throws (1: TransactionAborted aborted, 3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /**
   * Some entries of a table, in no order that clients may rely on. The cursor is empty at first, then what the last page had as nextKey. A key that is there during the whole scan is seen; one that
   * comes or goes meanwhile may be. The limit is 1 to 10,000; 0 for 1,000.
   */
  ScanPage tableScan(1: string table, 2: binary cursor, 3: i32 limit) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Some keys that share a hash tag, in order. A page is of one moment. */
  ScanPage tableScanRange(1: string table, 2: ScanRequest request) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** Creates an empty table. */
  void tableCreate(1: string table) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 8: TableExists exists)

  /**
   * Drops a table with all its keys. Waits for transactions that are prepared there. After OutcomeUnknown it may be there or be half gone: whoever names it next ends what was begun, so
   * to call this again, until it is NoSuchTable, is enough.
   */
  void tableDrop(1: string table) throws (3: InvalidRequest invalid, 4: Unavailable unavailable, 5: OutcomeUnknown unknown, 7: NoSuchTable noTable)

  /** The names of all tables in the order of their bytes, the default one left out; InvalidRequest where they do not fit one frame. */
  list<string> tableNames() throws (3: InvalidRequest invalid, 4: Unavailable unavailable)

  /** How many keys a table has. One that is put or deleted meanwhile, or was by a transaction that was committed this very moment, may count or not. */
  i64 tableSize(1: string table) throws (4: Unavailable unavailable, 7: NoSuchTable noTable)

  /** The cluster as the node sees it: for clients that send requests to the right node. */
  ClusterMap clusterMap() throws (4: Unavailable unavailable)

  /** The document that GET /status answers, JSON (docs/status.md). */
  string nodeStatus() throws (4: Unavailable unavailable)
}
