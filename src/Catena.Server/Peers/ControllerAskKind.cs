namespace Catena.Server.Peers;

/// <summary>What the controller can ask of a first member. Part of the peer protocol: values are never reused.</summary>
internal enum ControllerAskKind : byte
{
    /// <summary>To give its place to another member.</summary>
    HandOver = 1,

    /// <summary>To propose a configuration without a member.</summary>
    RemoveMember = 2,
}
