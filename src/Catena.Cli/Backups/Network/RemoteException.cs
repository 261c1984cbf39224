using Catena.Server.Backups;

namespace Catena.Cli.Backups.Network;

/// <summary>A node refused something, or could not be asked.</summary>
/// <param name="code">One of <see cref="FailureCodes" />, or <see cref="Unreachable" />.</param>
/// <param name="message">For people.</param>
/// <param name="inner">What led to it.</param>
internal sealed class RemoteException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code of a node that does not answer, or whose answer broke off.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>What is in the way.</summary>
    public string Code { get; } = code;

    /// <summary>Whether it may well be gone in a moment.</summary>
    public bool IsPassing => Code is Unreachable or FailureCodes.NotMine or FailureCodes.NotCommitted or FailureCodes.NotFresh or FailureCodes.Busy
        or FailureCodes.NotReady or FailureCodes.OutcomeUnknown or FailureCodes.TryAgain or FailureCodes.ReadOnly;
}
