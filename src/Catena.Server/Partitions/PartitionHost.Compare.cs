using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Storage.Errors;

namespace Catena.Server.Partitions;

/// <content>
/// Compares replicas: now and then every member tells the first one what its state sums up to, at positions at which all of them take that down. A copy that differs from
/// a majority is given up like one that is damaged on disk; where there is no majority, people are told.
/// </content>
public sealed partial class PartitionHost
{
    private readonly StateComparison _comparison = new();
    private long _sumsDue;

    /// <summary>How often this first member has found another member's state equal to its own.</summary>
    public long StatesFoundEqual
    {
        get
        {
            lock (_gate)
            {
                return _comparison.Equal;
            }
        }
    }

    private void TellSums(long now)
    {
        if (_settings.CompareInterval == 0 || now < _sumsDue)
        {
            return;
        }

        _sumsDue = now + _settings.CompareInterval;
        var self = _settings.Replica.Self;
        if (_replica.Configuration is { } configuration && configuration.HasMember(self) && configuration.First != self && !_replica.HasGivenUp)
        {
            _ports.Send(new Envelope(self, configuration.First, Id, new StateSums(_replica.Epoch, IsVerdict: false, _store.Sums)));
        }
    }

    private void Take(NodeId from, StateSums told)
    {
        if (told.Epoch != _replica.Epoch || _replica.Configuration is not { } configuration || !configuration.HasMember(from) || _replica.HasGivenUp)
        {
            return;
        }

        if (told.IsVerdict)
        {
            if (from == configuration.First && told.Sums.Any(theirs => _store.Sums.Any(own => own.At == theirs.At && own.Sum != theirs.Sum)))
            {
                Diverged(told.Sums[0].At);
            }
        }
        else if (configuration.First == _settings.Replica.Self)
        {
            Obey(_comparison.Take(_settings.Replica.Self, _store.Sums, from, told.Sums, configuration.Members));
        }
    }

    private void Obey(SumVerdict verdict)
    {
        foreach (var dissenter in verdict.IsOpen ? [] : verdict.Dissenters)
        {
            if (dissenter == _settings.Replica.Self)
            {
                Diverged(verdict.At);
            }
            else
            {
                _ports.Send(new Envelope(
                    _settings.Replica.Self, dissenter, Id, new StateSums(_replica.Epoch, IsVerdict: true, [new StateSum(verdict.At, verdict.Sum)])));
            }
        }

        if (verdict.IsOpen)
        {
            var what = $"The states of {string.Join(", ", verdict.Dissenters)} after {verdict.At} are not equal, and no majority agrees: one of them is wrong.";
            _damage.Note(new StorageDamagedException(what));
            _ports.Report(Id, new ReplicaEvent(ReplicaEventKind.Diverged, _replica.Epoch, what));
        }
    }

    private void Diverged(in Lsn at)
    {
        var what = $"The state after {at} is not that of a majority of the members.";
        _ports.Report(Id, new ReplicaEvent(ReplicaEventKind.Diverged, _replica.Epoch, what));
        _log.NoteDamage(new StorageDamagedException(what));
    }
}
