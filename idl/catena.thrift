/**
 * The key-value service that Catena's nodes offer to Thrift clients.
 *
 * Transport: TFramedTransport, frames of at most 16,384,000 bytes. Protocol: TBinaryProtocol, strict in both directions.
 * Keys and values are bytes: they are declared as strings because that is what existing clients declare, and are never decoded.
 *
 * A call that is refused or fails is answered by a TApplicationException of type 6 (INTERNAL_ERROR) whose text says why; a method
 * that is not listed here by one of type 1 (UNKNOWN_METHOD). Any node answers any call. Calls of one connection are answered
 * in order and may be sent ahead of the answers.
 */
service KeyValueService {
  /** The value of a key; an empty string for a key that is absent. Linearizable. */
  string get(1: string key)

  /** Sets a key's value. Answered once the write is durable and replicated as the cluster's settings demand. */
  void put(1: string key, 2: string value)

  /**
   * The same as put. Some clients' servers copy writes to each other with it; a node of Catena copies its writes in its own way,
   * so that a client that calls it merely writes.
   */
  void replicate(1: string key, 2: string value)

  /** All keys and their values; refused if they do not fit one frame. */
  map<string, string> dump()
}
