namespace Catena.Protocols.Resp.Commands;

/// <summary>When SET takes effect.</summary>
public enum SetCondition
{
    /// <summary>Always.</summary>
    None = 0,

    /// <summary>NX: only if the key is absent.</summary>
    WhenAbsent = 1,

    /// <summary>XX: only if the key is present.</summary>
    WhenPresent = 2,
}
