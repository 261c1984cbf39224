namespace Catena.Server.Coordination;

/// <summary>What came of writing a configuration.</summary>
internal enum ConfigurationWriteOutcome
{
    /// <summary>It stands.</summary>
    Accepted,

    /// <summary>Another one of the same or a later epoch stands. The proposed one may have stood for a time before it.</summary>
    Superseded,

    /// <summary>It has certainly not been written, and will not be.</summary>
    NotSubmitted,

    /// <summary>It may have been written or be written yet: the very same one is to be tried again until the outcome is another.</summary>
    Unknown,
}
