namespace Catena.Protocols.Resp.Commands;

/// <summary>When a command of the EXPIRE family takes effect; XX may stand beside GT or LT, nothing else combines.</summary>
[Flags]
public enum ExpireCondition
{
    /// <summary>Always.</summary>
    None = 0,

    /// <summary>NX: only if the key has no expiry time.</summary>
    WhenAbsent = 1,

    /// <summary>XX: only if the key has an expiry time.</summary>
    WhenPresent = 2,

    /// <summary>GT: only if the new time is later; a key without one counts as latest.</summary>
    WhenLater = 4,

    /// <summary>LT: only if the new time is earlier; a key without one counts as latest.</summary>
    WhenEarlier = 8,
}
