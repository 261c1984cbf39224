namespace Catena.Core.Placement;

/// <summary>The ring's hash: 64 bits mixed so that neighbouring numbers land far apart, the same on every machine for ever.</summary>
/// <remarks>
/// SplitMix64's finalizer (Steele, Lea and Flood, 2014, variant 13 of Stafford). Changing any constant moves every partition of
/// every cluster.
/// </remarks>
internal static class RingHash
{
    private const ulong NodeSalt = 0x6E6F_6465_2072_696E;
    private const ulong PartitionSalt = 0x7061_7274_2072_696E;
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Where a node's virtual node stands on the ring.</summary>
    public static ulong OfVirtualNode(ulong node, int index) => Mix(Mix(node ^ NodeSalt) + (Step * (ulong)(index + 1)));

    /// <summary>Where a partition stands on the ring.</summary>
    public static ulong OfPartition(int partition) => Mix(Mix(PartitionSalt) + (Step * (ulong)(partition + 1)));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
