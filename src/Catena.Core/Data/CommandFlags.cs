namespace Catena.Core.Data;

/// <summary>Conditions and variations of a command. Part of the peer protocol: values are never changed or reused.</summary>
[Flags]
public enum CommandFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Only where the key is absent.</summary>
    IfAbsent = 1,

    /// <summary>Only where the key is present.</summary>
    IfPresent = 2,

    /// <summary>Answer with the value that stood there before, whether or not the condition held.</summary>
    ReturnOld = 4,

    /// <summary>Leave the expiry time as it is.</summary>
    KeepExpiry = 8,

    /// <summary>Only where the key's version is <see cref="Command.Version" />; zero stands for absence.</summary>
    IfVersion = 16,

    /// <summary>Only where the key has no expiry time.</summary>
    IfNoExpiry = 32,

    /// <summary>Only where the key has an expiry time.</summary>
    IfExpiry = 64,

    /// <summary>Only where the new expiry time is later than the present one; never counts as the latest.</summary>
    IfLater = 128,

    /// <summary>Only where the new expiry time is earlier than the present one; never counts as the latest.</summary>
    IfEarlier = 256,

    /// <summary>Of a read of one key: any replica may answer whose state is at most <see cref="Command.Number" /> milliseconds old.</summary>
    Stale = 512,

    /// <summary>Only the versions are wanted.</summary>
    WithoutValues = 1024,

    /// <summary>Of a transaction that begins: it locks whatever it names before it reads it.</summary>
    Locking = 2048,

    /// <summary>Of a group of puts: only where it can be decided at once; otherwise <see cref="ErrorCode.OneByOne" />, so that each waits for what is in its own way only.</summary>
    AtOnce = 4096,
}
