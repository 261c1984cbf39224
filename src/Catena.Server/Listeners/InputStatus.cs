namespace Catena.Server.Listeners;

/// <summary>What became of the next request in a receive buffer.</summary>
internal enum InputStatus
{
    /// <summary>It was answered, or is under way.</summary>
    Taken,

    /// <summary>It has not arrived as a whole.</summary>
    NeedMore,

    /// <summary>It must wait for requests before it, and is offered again.</summary>
    Blocked,

    /// <summary>It was the last one: the connection closes once everything is answered.</summary>
    Last,
}
