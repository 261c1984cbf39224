namespace Catena.Core.Data;

/// <summary>What is known of a request that may be a retry.</summary>
public enum RequestStanding
{
    /// <summary>It has not run: run it.</summary>
    New,

    /// <summary>It has run: answer with its recorded result.</summary>
    Done,

    /// <summary>Its result is no longer kept, so whether it ran cannot be said: refuse it, never run it again.</summary>
    Forgotten,
}
