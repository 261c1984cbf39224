using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication;

/// <content>What becomes of a replica whose copy is lost to damage, and when it may be.</content>
public sealed partial class Replica
{
    /// <summary>Whether this copy was lost to corruption and has not been replaced yet.</summary>
    public bool HasGivenUp => _state.GaveUp;

    /// <summary>
    /// Whether the host may give this copy up because of damage: it does not count, or another member within reach holds all that is committed, and does
    /// so in the configuration that this replica has proposed, too.
    /// </summary>
    /// <remarks>
    /// A member that has said that its own copy is lost is no such member, nor is one that is suspected: it may be gone for good. The proposal matters since
    /// it may stand already, and its members be this replica alone.
    /// </remarks>
    public bool MayLoseCopy =>
        _state.Configuration is { } configuration
        && (configuration.HasLearner(_state.Self)
            || (HasOtherCopy(configuration) && (_state.Proposed is not { } proposed || HasOtherCopy(proposed))));

    /// <summary>
    /// Whether this replica was promoted for what an earlier life had acknowledged. A learner is promoted only with the start entry of the epoch in
    /// which that was proposed; where damage took copy and record both, it began anew in that very epoch, and lacks it.
    /// </summary>
    private bool IsPromotedForLostCopy(Configuration? before, Configuration now) =>
        before is not null && before.HasLearner(_state.Self) && now.HasMember(_state.Self) && _state.Log.Last.Epoch < before.Epoch;

    private bool HasOtherCopy(Configuration configuration) =>
        configuration.Members.Any(member => member != _state.Self && !_state.Health.IsSuspected(member) && !_state.Unfit.Contains(member));

    private void TellThatCopyIsLost()
    {
        if (!_state.GaveUp || _state.Configuration is not { } configuration || !_state.Place.IsListed)
        {
            return;
        }

        if (_state.Now - _gaveUpSent >= _state.Options.Retransmit)
        {
            _gaveUpSent = _state.Now;
            foreach (var member in configuration.Members.Where(member => member != _state.Self))
            {
                _state.Send(member, new GaveUp(_state.Epoch));
            }
        }
    }
}
