using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Scenarios;

/// <summary>Carries out the commands of a scenario, one line each, and gives what they print.</summary>
/// <remarks>
/// <c>start 3 [chain|apportioned-chain] [min 2]</c> configures nodes 1 to 3 and two spare ones, 4 and 5, that are down; <c>settle</c> lets everything under way
/// arrive and become stable; <c>run 500ms</c> does so while time passes and beacons go out. Everything else does one thing.
/// </remarks>
internal sealed class ScenarioRunner
{
    private const long Step = 10 * ReplicaCluster.Millisecond;

    private readonly StringBuilder _output = new();
    private ReplicaCluster _cluster = null!;
    private bool _isTracing;

    /// <summary>Carries out one line.</summary>
    internal string Run(string line)
    {
        _output.Clear();
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Carry(words[0], words[1..]);
        return _output.ToString();
    }

    private void Carry(string command, string[] arguments)
    {
        switch (command)
        {
            case "start": StartCluster(arguments); break;
            case "trace": _isTracing = arguments[0] == "on"; break;
            case "settle": _cluster.Settle(); break;
            case "run": RunFor(Duration(arguments[0])); break;
            case "tick": Each(arguments, _cluster.Tick); break;
            case "pass": _cluster.Pass(Duration(arguments[0])); break;
            case "beacons": Each(arguments, _cluster.SendBeacons); break;
            case "status": Each(arguments, PrintStatus); break;
            case "log": Each(arguments, PrintLog); break;
            case "propose": Propose(Node(arguments[0]), arguments[1]); break;
            case "read": Read(Node(arguments[0]), arguments[1]); break;
            case "stable": Each(arguments, node => _cluster.Stable(node, node.Log.Position)); break;
            case "full": Node(arguments[0]).Log.IsFull = arguments[1] == "on"; break;
            case "damage": Node(arguments[0]).Log.IsDamaged = arguments[1] == "on"; break;
            case "trim": Node(arguments[0]).Log.TrimThrough(ulong.Parse(arguments[1], CultureInfo.InvariantCulture)); break;
            case "up": _cluster.Start(Node(arguments[0]), gaveUp: arguments.Contains("gaveup"), forgets: arguments.Contains("forgets")); break;
            case "crash": ReplicaCluster.Crash(Node(arguments[0])); break;
            case "stop": _cluster.Stop(Node(arguments[0])); break;
            case "losetail": Node(arguments[0]).Log.LoseTail(int.Parse(arguments[1], CultureInfo.InvariantCulture)); break;
            case "suspect": Node(arguments[0]).Suspected.Add(Node(arguments[1]).Id); break;
            case "trust": Node(arguments[0]).Suspected.Remove(Node(arguments[1]).Id); break;
            case "handover": Each([], node => node.Replica?.AskHandOver(Node(arguments[0]).Id)); break;
            case "raise": Each([], node => node.Replica?.AskEpoch(new Epoch(ulong.Parse(arguments[0], CultureInfo.InvariantCulture)))); break;
            case "mode": Each([], node => node.Replica?.AskMode(ReplicationModes.TryParse(arguments[0], out var mode) ? mode : default)); break;
            case "ask": Ask(Node(arguments[0])); break;
            case "remove": Each([], node => node.Replica?.AskRemoval(Node(arguments[0]).Id)); break;
            case "rejoin": _cluster.Coordinator.SetLearners(learners => learners.Add(Node(arguments[0]).Id)); TellAll(); break;
            case "unlearn": _cluster.Coordinator.SetLearners(learners => learners.Remove(Node(arguments[0]).Id)); TellAll(); break;
            case "coordinator": Coordinate(arguments); break;
            default: Network(command, arguments); break;
        }
    }

    private void Network(string command, string[] arguments)
    {
        var network = _cluster.Network;
        switch (command)
        {
            case "cut": Link(arguments, network.Cut); break;
            case "hold": Link(arguments, network.Hold); break;
            case "release": Link(arguments, network.Release); break;
            case "heal": network.Heal(); break;
            case "deliver": Deliver(arguments.Length == 0 ? int.MaxValue : int.Parse(arguments[0], CultureInfo.InvariantCulture)); break;
            case "drop": network.UnderWay.RemoveAll(packet => IsOf(packet, arguments)); break;
            case "double": network.UnderWay.AddRange([.. network.UnderWay.Where(packet => IsOf(packet, arguments))]); break;
            case "reverse": network.UnderWay.Reverse(); break;
            case "packets": network.UnderWay.ForEach(packet => Print(packet.ToString())); break;
            default: throw new InvalidOperationException($"There is no command '{command}'.");
        }
    }

    private void StartCluster(string[] arguments)
    {
        var members = Enumerable.Range(1, int.Parse(arguments[0], CultureInfo.InvariantCulture)).Select(id => new NodeId((ulong)id)).ToImmutableArray();
        var minInSync = arguments is [.., "min", var least] ? int.Parse(least, CultureInfo.InvariantCulture) : (members.Length / 2) + 1;
        var mode = arguments.Select(name => ReplicationModes.TryParse(name, out var named) ? named : default).Max();
        var first = new Configuration
        {
            Epoch = new Epoch(1),
            Mode = mode == default ? ReplicationMode.PrimaryBackup : mode,
            Members = members,
            InSyncEpoch = new Epoch(1),
            InSyncMembers = members,
        };
        _cluster = new ReplicaCluster(first, [new NodeId(4), new NodeId(5)], ReplicaCluster.Defaults with { MinInSync = minInSync })
        {
            Delivering = packet =>
            {
                if (_isTracing && packet.Message is not null)
                {
                    Print(packet.ToString());
                }
            },
        };
        foreach (var member in members)
        {
            _cluster.Start(_cluster.Nodes[member]);
            _cluster.Tell(_cluster.Nodes[member], first);
        }

        // What every start reports is not worth repeating.
        _cluster.Reported = (node, happened) => Print($"{node.Id.Value}> {happened.Kind}: {happened.Detail}");
    }

    private void RunFor(long duration)
    {
        for (var passed = 0L; passed < duration; passed += Step)
        {
            _cluster.Pass(Step);
            foreach (var node in _cluster.Up)
            {
                _cluster.Tick(node);
                if (passed % (5 * Step) == 0)
                {
                    _cluster.SendBeacons(node);
                }
            }

            _cluster.Settle();
        }
    }

    /// <summary>Has a replica ask the reader how far the log is committed, or tells how old what it knows is.</summary>
    private void Ask(TestNode node)
    {
        var known = node.Replica!.CurrentAt;
        Print($"{node.Id.Value} {(known == 0 ? "knows nothing yet" : $"is as new as {(node.Now - known) / ReplicaCluster.Millisecond} ms ago")}");
        node.Replica.AskPosition(node.Now);
        _cluster.Tick(node);
    }

    private void Propose(TestNode node, string text)
    {
        if (_cluster.Propose(node, text) is { } lsn)
        {
            Print($"{node.Id.Value} appended {lsn} {text}");
        }
        else
        {
            Print($"{node.Id.Value} refuses");
        }
    }

    private void Read(TestNode node, string key)
    {
        var isPending = node.Log.Image.Entries.Skip((int)(node.Log.Applied - node.Log.Base.Sequence))
            .Any(entry => entry.Text.StartsWith(key + "=", StringComparison.Ordinal));
        var answer = !node.MayRead ? "may not answer" : isPending ? "waits for a pending write" : node.Log.State.GetValueOrDefault(key)?.Text ?? "nil";
        Print($"{node.Id.Value} {answer}");
    }

    private void PrintStatus(TestNode node)
    {
        if (node.Replica?.Status is not { } status)
        {
            Print($"{node.Id.Value} down");
            return;
        }

        var marks = (status.IsSuspect ? " suspect" : "") + (status.HasGivenUp ? " given-up" : "") + (node.MayRead ? " may-read" : "");
        Print(
            $"{node.Id.Value} {status.Phase} epoch {status.Epoch} last {status.Last} durable {status.Durable} "
            + $"committed {status.Committed} applied {status.Applied}{marks}");
    }

    private void PrintLog(TestNode node)
    {
        var entries = string.Join(", ", node.Log.Image.Entries.Select(entry => $"{entry.Lsn} {entry.Text}"));
        Print($"{node.Id.Value} after {node.Log.Base}: {entries}");
    }

    private void Coordinate(string[] arguments)
    {
        switch (arguments[0])
        {
            case "hold": _cluster.IsCoordinatorPrompt = false; break;
            case "prompt": _cluster.IsCoordinatorPrompt = true; break;
            case "accept": _cluster.CarryOut(_cluster.Coordinator.UnderWay[0], tellsOutcome: false); break;
            case "lose": _cluster.Lose(_cluster.Coordinator.UnderWay.First(submission => arguments.Length == 1 || submission.By == Node(arguments[1]))); break;
            case "tell": _cluster.Tell(Node(arguments[1]), _cluster.Coordinator.Current); break;
            case "show": Print(_cluster.Coordinator.Current.ToString()); break;
            default: throw new InvalidOperationException($"The coordinator does not know '{arguments[0]}'.");
        }
    }

    private void TellAll()
    {
        foreach (var node in _cluster.Up)
        {
            _cluster.Tell(node, _cluster.Coordinator.Current);
        }
    }

    private void Deliver(int count)
    {
        for (var delivered = 0; delivered < count && _cluster.Network.TakeNext() is { } packet; delivered++)
        {
            _cluster.Deliver(packet);
        }
    }

    private void Each(string[] arguments, Action<TestNode> act)
    {
        foreach (var node in arguments.Length == 0 ? [.. _cluster.Nodes.Values.Where(node => node.Incarnation > 0)] : arguments.Select(Node))
        {
            act(node);
        }
    }

    /// <summary>From one node to another, or between one and all others where only it is named.</summary>
    private void Link(string[] arguments, Action<NodeId, NodeId> act)
    {
        var from = Node(arguments[0]).Id;
        if (arguments.Length > 1)
        {
            act(from, Node(arguments[1]).Id);
            return;
        }

        foreach (var other in _cluster.Nodes.Keys)
        {
            act(from, other);
            act(other, from);
        }
    }

    private bool IsOf(Packet packet, string[] arguments) =>
        arguments.Length == 0 || (packet.From == Node(arguments[0]).Id && packet.To == Node(arguments[1]).Id);

    private TestNode Node(string id) => _cluster.Node(ulong.Parse(id, CultureInfo.InvariantCulture));

    private static long Duration(string text) => long.Parse(text.AsSpan(0, text.Length - 2), CultureInfo.InvariantCulture) * ReplicaCluster.Millisecond;

    private void Print(string line) => _output.Append(line.Replace("000000000000000", "", StringComparison.Ordinal)).Append('\n');
}
