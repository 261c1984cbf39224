namespace Catena.Core.Data;

/// <summary>
/// Why a command was not carried out. All but <see cref="OutcomeUnknown" /> promise that nothing happened. Part of the peer
/// protocol: values are never changed or reused.
/// </summary>
public enum ErrorCode : byte
{
    /// <summary>It may or may not have been carried out, now or a little later; the only code whose outcome is open.</summary>
    OutcomeUnknown = 1,

    /// <summary>The partition has no serving first member for now; trying again soon is sensible.</summary>
    TryAgain = 2,

    /// <summary>The partition has fewer members than min-in-sync, so it refuses writes; reads go on.</summary>
    NotEnoughReplicas = 3,

    /// <summary>The node has no room on disk, so it refuses writes; reads and deletes go on.</summary>
    ReadOnly = 4,

    /// <summary>The cluster has no configuration for the partition yet.</summary>
    ClusterDown = 5,

    /// <summary>The value is not a decimal integer of 64 bits.</summary>
    NotAnInteger = 6,

    /// <summary>The result would not fit into 64 bits.</summary>
    Overflow = 7,

    /// <summary>The value is not a decimal number.</summary>
    NotANumber = 8,

    /// <summary>The key has not 1 to 65,535 bytes.</summary>
    KeyLength = 9,

    /// <summary>The value would be longer than the setting allows.</summary>
    ValueTooLong = 10,

    /// <summary>The request is malformed.</summary>
    BadRequest = 11,

    /// <summary>The node that was asked is not the partition's reader or first member; the text is its address book's epoch.</summary>
    NotMine = 12,

    /// <summary>A retried request whose outcome is no longer kept: it is never run again.</summary>
    Forgotten = 13,

    /// <summary>Too much is waiting already.</summary>
    Busy = 14,

    /// <summary>The result of a float increment is not a finite number.</summary>
    NotFinite = 15,

    /// <summary>The node's memory is at its limit, so it refuses writes; reads and deletes go on.</summary>
    OutOfMemory = 16,

    /// <summary>The key's value is damaged on the node that was asked, and no other copy is within reach; writing the key anew, or deleting it, ends that.</summary>
    Damaged = 17,

    /// <summary>A reader that decides nothing has met a key past its expiry time: the read is for the partition's first member. Never told to clients.</summary>
    AskFirst = 18,

    /// <summary>The transaction lost against others time and again, or was ended by an operator; trying again is sensible.</summary>
    Aborted = 19,

    /// <summary>The transaction is larger than the settings allow.</summary>
    TooLarge = 20,

    /// <summary>There is no such transaction on this node: it has ended, or was begun elsewhere.</summary>
    NoTransaction = 21,

    /// <summary>The transaction cannot be rolled back: it has been committed.</summary>
    Committed = 22,

    /// <summary>The table has been dropped, or was never created. What it had is gone for good; another of the same name has another number.</summary>
    NoSuchTable = 23,

    /// <summary>There is a table of that name already.</summary>
    TableExists = 24,

    /// <summary>A group of puts that was to be decided at once (<see cref="CommandFlags.AtOnce" />) is to be carried out one by one. Never leaves the node.</summary>
    OneByOne = 25,
}
