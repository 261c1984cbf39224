namespace Catena.Server.Listeners.Redis;

/// <summary>What a client has told of itself and of how it wants to be answered; RESET puts it back.</summary>
internal sealed class RedisSession
{
    private bool _isNextSilent;

    /// <summary>Whether the client has told the password, or came when there was none.</summary>
    public bool IsAuthenticated { get; set; }

    /// <summary>The name that the client gave itself; empty for none.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name of the client's library.</summary>
    public string LibraryName { get; set; } = "";

    /// <summary>The version of the client's library.</summary>
    public string LibraryVersion { get; set; } = "";

    /// <summary>Whether the client wants no replies.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether the next request gets no reply.</summary>
    public bool WantsSilence => IsSilent || _isNextSilent;

    /// <summary>Whether a request gets no reply; asked once a request.</summary>
    public bool TakeSilence()
    {
        var isSilent = WantsSilence;
        _isNextSilent = false;
        return isSilent;
    }

    /// <summary>Lets the next request go without a reply.</summary>
    public void SkipNext() => _isNextSilent = true;

    /// <summary>Forgets everything but the library, as RESET does.</summary>
    /// <param name="isAuthenticated">Whether the client may go on without telling the password again.</param>
    public void Reset(bool isAuthenticated)
    {
        IsAuthenticated = isAuthenticated;
        Name = "";
        IsSilent = false;
        _isNextSilent = false;
    }
}
