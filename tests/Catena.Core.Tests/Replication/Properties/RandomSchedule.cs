using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Properties;

/// <summary>A random life of a cluster, given by a seed: writes, faults and changes in any order, then a time without faults.</summary>
/// <remarks>
/// How often each thing happens is drawn anew for each seed, so that some seeds crash a lot, some change members a lot, and some
/// lose most messages. Damage (a lost tail, a copy given up) befalls one node at a time: two damaged copies may lose data.
/// </remarks>
internal sealed class RandomSchedule
{
    private const long Step = 10 * ReplicaCluster.Millisecond;

    private const int MostUnderWay = 300;

    private readonly Prng _prng;
    private readonly ReplicaCluster _cluster;
    private readonly ClusterInvariants _invariants;
    private readonly (int Weight, Action Act)[] _actions;
    private readonly double _loss;
    private readonly double _doubling;
    private readonly double _disorder;
    private int _written;

    internal RandomSchedule(ulong seed, ReplicaRules rules, ReplicationMode mode)
    {
        _prng = new Prng(seed);
        var size = _prng.Next(4) + 1;
        var members = Enumerable.Range(1, size).Select(id => new NodeId((ulong)id)).ToImmutableArray();
        var first = new Configuration { Epoch = new Epoch(1), Mode = mode, Members = members };
        var options = ReplicaCluster.Defaults with
        {
            MinInSync = _prng.Next(2) + 1,
            LonelyDelay = _prng.Next(2) * 300 * ReplicaCluster.Millisecond,
            Rules = rules,
        };
        NodeId[] spares = [new(4), new(5)];
        _cluster = new ReplicaCluster(first, spares.Except(members), options);
        _invariants = new ClusterInvariants(_cluster);
        _cluster.IsCoordinatorPrompt = false;
        if (Environment.GetEnvironmentVariable("CATENA_SCHEDULE_TRACE") is { } trace)
        {
            void Line(string text) => File.AppendAllText(trace, text.Replace("000000000000000", "", StringComparison.Ordinal) + "\n");
            _cluster.Reported = (node, happened) => Line($"{node.Id.Value}.{node.Incarnation}> {happened.Kind}: {happened.Detail}");
            _cluster.Delivering = packet =>
            {
                if (packet.Message is not null)
                {
                    Line(packet.ToString());
                }
            };
        }

        _loss = _prng.Chance(0.5) ? 0 : _prng.NextDouble() * 0.2;
        _doubling = _prng.Chance(0.5) ? 0 : _prng.NextDouble() * 0.2;
        _disorder = _prng.Chance(0.5) ? 0 : _prng.NextDouble();
        _actions = DrawActions();
        foreach (var node in _cluster.Nodes.Values)
        {
            // Two clocks differ by less than the promise exceeds the lease.
            node.ClockRate = 0.97 + (_prng.NextDouble() * 0.06);
            _cluster.Start(node);
            _cluster.Tell(node, first);
        }
    }

    /// <summary>How many entries were committed.</summary>
    internal int Committed => _invariants.Committed;

    /// <summary>What came of the schedule: the same for the same seed.</summary>
    internal string Fingerprint => string.Join("; ", _cluster.Nodes.Values.Select(Describe)) + $" at {_cluster.Now} with {_prng.NextUInt64()}";

    /// <summary>Lets random things happen.</summary>
    internal void Storm(int steps)
    {
        var total = _actions.Sum(action => action.Weight);
        for (var step = 0; step < steps; step++)
        {
            var drawn = _prng.Next(total);
            var index = 0;
            for (; drawn >= _actions[index].Weight; index++)
            {
                drawn -= _actions[index].Weight;
            }

            _actions[index].Act();
            _invariants.Check();
            for (var surplus = _cluster.Network.UnderWay.Count - MostUnderWay; surplus > 0; surplus--)
            {
                _cluster.Network.TakeAt(_prng.Next(_cluster.Network.UnderWay.Count));
            }
        }
    }

    /// <summary>Ends all faults and demands that every node becomes a member, writes commit and all states are equal.</summary>
    internal void Calm()
    {
        if (_cluster.Coordinator.Current is { Members: [var last] } && IsDamaged(_cluster.Nodes[last]))
        {
            // An operator's case: the only member left may lack what others had.
            return;
        }

        _cluster.Network.Heal();
        foreach (var node in _cluster.Nodes.Values)
        {
            node.Suspected.Clear();
            node.Log.IsFull = false;
            node.IsSlow = false;
            if (!node.IsUp)
            {
                _cluster.Start(node);
            }
        }

        _cluster.IsCoordinatorPrompt = true;
        var deadline = _cluster.Now + (20_000 * ReplicaCluster.Millisecond);
        for (var round = 0; !IsWhole(); round++)
        {
            if (_cluster.Now >= deadline)
            {
                throw new ViolationException("no end after the faults: " + string.Join("; ", _cluster.Nodes.Values.Select(Describe)));
            }

            Live(round);
        }

        Demand(_cluster.Propose(FirstNode, "last=word") is not null, "the first member refuses a write");
        Live(0);
        _cluster.Settle();
        for (var round = 1; round < 30; round++)
        {
            Live(round);
        }

        Demand(_invariants.State.GetValueOrDefault("last")?.Text == "word", "the last write was not committed");
        foreach (var node in _cluster.Nodes.Values)
        {
            Demand(node.Log.State.SequenceEqual(_invariants.State), $"{node.Id.Value} lacks what is committed: {Describe(node)}");
        }
    }

    private TestNode FirstNode => _cluster.Nodes[_cluster.Coordinator.Current.First];

    private bool IsWhole() =>
        _cluster.Coordinator.Current.Members.Length == _cluster.Nodes.Count
        && _cluster.Nodes.Values.All(node => node.MayRead || !_cluster.Coordinator.Current.IsReader(node.Id))
        && FirstNode.Replica!.TryNextLsn(out _);

    private void Live(int round)
    {
        _cluster.Pass(Step);
        foreach (var node in _cluster.Nodes.Values)
        {
            _cluster.Tick(node);
            if (round % 5 == 0)
            {
                _cluster.SendBeacons(node);
            }

            if (round % 10 == 0)
            {
                _cluster.Tell(node, _cluster.Coordinator.Current);
            }

            if (node.OpenProposal is not null && _cluster.Coordinator.UnderWay.All(submission => submission.By != node))
            {
                _cluster.Resubmit(node);
            }
        }

        if (round % 20 == 10)
        {
            AddMissing();
        }

        _cluster.Settle();
        _invariants.Check();
    }

    /// <summary>The controller: who is missing becomes a learner.</summary>
    private void AddMissing()
    {
        var current = _cluster.Coordinator.Current;
        var missing = _cluster.Nodes.Keys.Where(node => !current.HasMember(node) && !current.HasLearner(node)).ToImmutableArray();
        if (!missing.IsEmpty)
        {
            _cluster.Coordinator.SetLearners(learners => learners.AddRange(missing));
        }
    }

    private (int Weight, Action Act)[] DrawActions() =>
    [
        (_prng.Next(2) * 20, Flow),
        (30, DeliverOne),
        (8, DeliverMany),
        (12, StableSome),
        (10, Write),
        (8, PassTime),
        (4, () => _cluster.Pass(_prng.Between(50, 400) * ReplicaCluster.Millisecond)),
        (6, () => _cluster.SendBeacons(AnyUp())),
        (6, CoordinatorWorks),
        (4, () => _cluster.Tell(AnyUp(), Any(_cluster.Coordinator.History))),
        (3, () => _cluster.Tell(AnyUp(), _cluster.Coordinator.Current)),
        (Rarely(3), Crash),
        (3, Restart),
        (Rarely(2), () => _cluster.Stop(AnyUp())),
        (Rarely(3), () => AnyNode().Suspected.Add(AnyNode().Id)),
        (3, () => AnyNode().Suspected.Clear()),
        (Rarely(2), () => _cluster.Network.Cut(AnyNode().Id, AnyNode().Id)),
        (Rarely(2), Isolate),
        (2, _cluster.Network.Heal),
        (Rarely(6), Depose),
        (Rarely(3), ChangeLearners),
        (Rarely(1), () => AnyUp().Replica!.AskHandOver(AnyNode().Id)),
        (Rarely(1), () => AnyUp().Replica!.AskRemoval(AnyNode().Id)),
        (Rarely(1), () => AnyUp().Replica!.AskEpoch(new Epoch(_cluster.Coordinator.Current.Epoch.Value + (ulong)_prng.Next(20)))),
        (4, () => _invariants.Ask(AnyUp())),
        (Rarely(1), () => AnyUp().Replica!.AskMode((ReplicationMode)(_prng.Next(3) + 1))),
        (Rarely(2), () => AnyNode().Log.TrimThrough(ulong.MaxValue - 1)),
        (Rarely(1), Fill),
        (Rarely(1), () => AnyNode().IsSlow = _prng.Chance(0.3)),
        (Rarely(1), Damage),
    ];

    private int Rarely(int most) => _prng.Chance(0.4) ? 0 : _prng.Next(most) + 1;

    private T Any<T>(IReadOnlyList<T> list) => list[_prng.Next(list.Count)];

    private TestNode AnyNode() => Any<TestNode>([.. _cluster.Nodes.Values]);

    private TestNode AnyUp()
    {
        TestNode[] up = [.. _cluster.Up];
        if (up.Length > 0)
        {
            return Any(up);
        }

        var node = AnyNode();
        _cluster.Start(node);
        return node;
    }

    private void DeliverOne()
    {
        var underWay = _cluster.Network.UnderWay;
        if (underWay.Count == 0)
        {
            return;
        }

        var index = _prng.Chance(_disorder) ? _prng.Next(underWay.Count) : underWay.FindIndex(packet => !_cluster.Network.IsHeld(packet));
        if (index < 0 || _cluster.Network.IsHeld(underWay[index]))
        {
            return;
        }

        var packet = underWay[index];
        if (!_prng.Chance(_doubling))
        {
            underWay.RemoveAt(index);
        }
        else if (_prng.Chance(0.5))
        {
            // The copy comes late.
            underWay.RemoveAt(index);
            underWay.Add(packet);
        }

        if (!_prng.Chance(_loss))
        {
            _cluster.Deliver(packet);
        }
    }

    private void DeliverMany()
    {
        for (var count = _prng.Next(20); count > 0; count--)
        {
            DeliverOne();
        }
    }

    /// <summary>For a moment nothing is in the way, so that the next things happen to a cluster that works.</summary>
    private void Flow()
    {
        foreach (var node in _cluster.Up)
        {
            _cluster.SendBeacons(node);
            _cluster.Stable(node, node.Log.Position);
        }

        for (var count = _cluster.Network.UnderWay.Count; count > 0; count--)
        {
            DeliverOne();
        }
    }

    private void StableSome()
    {
        var node = AnyUp();
        _cluster.Stable(node, _prng.Chance(0.5) ? node.Log.Position : _prng.Between(node.Log.StablePosition, node.Log.Position));
    }

    private void Write()
    {
        foreach (var node in _cluster.Up.Where(node => node.Replica!.IsServing))
        {
            _cluster.Propose(node, $"k{_prng.Next(8)}=v{++_written}");
        }
    }

    private void PassTime()
    {
        _cluster.Pass(_prng.Between(0, 40) * ReplicaCluster.Millisecond);
        foreach (var node in _cluster.Up)
        {
            _cluster.Tick(node);
        }
    }

    private void CoordinatorWorks()
    {
        foreach (var node in _cluster.Up.Where(node => node.OpenProposal is not null && _prng.Chance(0.2)))
        {
            _cluster.Resubmit(node);
        }

        if (_cluster.Coordinator.UnderWay.Count == 0)
        {
            return;
        }

        var submission = Any(_cluster.Coordinator.UnderWay);
        var isOnly = submission.By.OpenProposal == submission.Next && submission.By.Submissions == 1 && submission.By.Incarnation == submission.Incarnation;
        if (isOnly && submission.By.IsUp && _prng.Chance(0.1))
        {
            _cluster.Lose(submission);
        }
        else
        {
            _cluster.CarryOut(submission, tellsOutcome: _prng.Chance(0.6));
        }
    }

    private void Crash() => ReplicaCluster.Crash(AnyUp());

    private void Restart()
    {
        if (_cluster.Nodes.Values.FirstOrDefault(node => !node.IsUp) is { } node)
        {
            _cluster.Start(node);
        }
    }

    private void Isolate()
    {
        var node = AnyNode();
        foreach (var other in _cluster.Nodes.Keys)
        {
            _cluster.Network.Cut(node.Id, other);
            _cluster.Network.Cut(other, node.Id);
            if (_prng.Chance(0.7))
            {
                _cluster.Nodes[other].Suspected.Add(node.Id);
            }
        }
    }

    /// <summary>The first member is cut off for a while and the others go on without it; it does not hear of that.</summary>
    private void Depose()
    {
        var first = FirstNode;
        Write();
        var isHeld = _prng.Chance(0.5);
        foreach (var other in _cluster.Nodes.Keys.Where(other => other != first.Id))
        {
            Action<NodeId, NodeId> part = isHeld ? _cluster.Network.Hold : _cluster.Network.Cut;
            part(first.Id, other);
            part(other, first.Id);
            _cluster.Nodes[other].Suspected.Add(first.Id);
        }

        foreach (var node in _cluster.Nodes.Values.Where(node => node != first && node.IsUp && _prng.Chance(0.2)))
        {
            ReplicaCluster.Crash(node);
            _cluster.Start(node);
        }

        for (var rounds = _prng.Next(40); rounds > 0; rounds--)
        {
            _cluster.Pass(_prng.Between(1, 15) * ReplicaCluster.Millisecond);
            foreach (var submission in _cluster.Coordinator.UnderWay.ToArray())
            {
                _cluster.CarryOut(submission, tellsOutcome: submission.By != first);
            }

            foreach (var node in _cluster.Up.Where(node => node != first))
            {
                _cluster.Tick(node);
                _cluster.Tell(node, _cluster.Coordinator.Current);
            }

            Flow();
            Write();
            _invariants.Check();
        }

        if (_prng.Chance(0.7))
        {
            _cluster.Network.Heal();
        }
    }

    private void ChangeLearners()
    {
        var current = _cluster.Coordinator.Current;
        var node = AnyNode().Id;
        if (!current.HasMember(node))
        {
            _cluster.Coordinator.SetLearners(learners => learners.Contains(node) ? learners.Remove(node) : learners.Add(node));
        }
    }

    private void Fill()
    {
        var node = AnyNode();
        node.Log.IsFull = !node.Log.IsFull;
    }

    /// <summary>A node comes back without the end of its log, or without its copy, where another undamaged member remains.</summary>
    private void Damage()
    {
        if (_cluster.Nodes.Values.Any(IsDamaged))
        {
            return;
        }

        var node = AnyUp();
        var possible = _cluster.Coordinator.UnderWay.Select(submission => submission.Next).Append(_cluster.Coordinator.Current);
        if (possible.Any(configuration => configuration.Members.All(member => member == node.Id)))
        {
            return;
        }

        ReplicaCluster.Crash(node);
        var isGivenUp = _prng.Chance(0.5);
        if (!isGivenUp)
        {
            node.Log.LoseTail(_prng.Next(5));
        }

        _cluster.Start(node, isGivenUp);
    }

    private static bool IsDamaged(TestNode node) => node.Log.IsGivenUp || node.Log.Durable.LostTail || node.Log.Durable.Record.GaveUp || node.Log.Image.Record.GaveUp;

    private static string Describe(TestNode node) => node.Replica is { } replica
        ? $"{replica.Status} reads {node.MayRead}, open {node.OpenProposal}"
        : $"{node.Id.Value} down";

    private static void Demand(bool holds, string violation)
    {
        if (!holds)
        {
            throw new ViolationException(violation);
        }
    }
}
