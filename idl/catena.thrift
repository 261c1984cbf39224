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

  /** Refused. Some clients' servers copy writes to each other with it; nodes of Catena copy writes in their own way. */
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
}

/** A key and its value. */
struct KeyValue {
  1: binary key
  2: binary value
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
}

/** Some of the entries that were asked for. */
struct ScanPage {
  /** The entries, in the order of their keys; perhaps fewer than were wanted, or none, even where others follow. */
  1: list<KeyValue> entries

  /** The startKey of the next page; left out where there is none. */
  2: optional binary nextKey
}

/**
 * KeyValueService and transactions.
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

  /** What stands at a key. */
  OptionalValue transactionGet(1: binary transaction, 2: binary key)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable)

  /** Sets a key's value. */
  void transactionPut(1: binary transaction, 2: binary key, 3: binary value)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable)

  /** Deletes a key. Returns whether it was there. */
  bool transactionDelete(1: binary transaction, 2: binary key)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable)

  /** What stands at the keys of a hash tag. That there are no others is part of what the transaction has read. */
  ScanPage transactionScan(1: binary transaction, 2: ScanRequest request)
    throws (1: TransactionAborted aborted, 2: NoSuchTransaction noSuch, 3: InvalidRequest invalid, 4: Unavailable unavailable)

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
}
