using Catena.Core.Control;

namespace Catena.Core.Tests.Control;

/// <summary>One node of the model cluster.</summary>
public sealed class ModelNode
{
    /// <summary>Whether it runs.</summary>
    public bool IsLive { get; set; } = true;

    /// <summary>Which of its starts is running.</summary>
    public ulong Incarnation { get; set; } = 1;

    /// <summary>What it is registered as; null once it has been forgotten.</summary>
    public RegistrationState? State { get; set; } = RegistrationState.Active;

    /// <summary>Its zone.</summary>
    public required string Zone { get; init; }

    /// <summary>How much it should lead.</summary>
    public int LeadWeight { get; set; } = 100;

    /// <summary>When it was last alive.</summary>
    public long LastSeenMillis { get; set; }

    /// <summary>The version of its registration.</summary>
    public int ZnodeVersion { get; set; }
}
