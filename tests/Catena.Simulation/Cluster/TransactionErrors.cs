using Catena.Core.Data;

namespace Catena.Simulation.Cluster;

/// <summary>What errors tell clients of transactions.</summary>
internal static class TransactionErrors
{
    /// <summary>Whether an error is one that a cluster may answer with that is in trouble or busy, and that promises that nothing happened.</summary>
    internal static bool IsRefusal(ErrorCode error) => error is ErrorCode.NotMine or ErrorCode.TryAgain or ErrorCode.NotEnoughReplicas or ErrorCode.ReadOnly or ErrorCode.ClusterDown
        or ErrorCode.Busy or ErrorCode.Damaged or ErrorCode.Aborted;

    /// <summary>Whether an error leaves open what happened.</summary>
    internal static bool IsOpen(ErrorCode error) => error is ErrorCode.OutcomeUnknown or ErrorCode.Forgotten;

    /// <summary>The error of a result; none where it is none.</summary>
    internal static ErrorCode Of(byte[] result)
    {
        var reader = new ResultReader(result);
        return reader.Kind == ResultKind.Error ? reader.Error : default;
    }
}
