using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>One client of the cluster: it asks a node, goes on to others, and retries writes under one number where it has given them one.</summary>
/// <remarks>
/// A request with a number goes to the partition's replica at the node that is asked; any other goes to that node's router, which carries it
/// to wherever the partition is served. A write without a number is sent to another node only after an answer that promises that nothing happened; one with a number whenever the
/// client likes, since it runs once. Only writes that always change something get numbers: the result of one that changed nothing is not kept, so that
/// a late duplicate of it would be decided anew. A request without a number reaches a node at most once, as over a connection.
/// </remarks>
internal sealed class ClusterClient : INetworkEndpoint
{
    private const int MostRefusals = 12;
    private const long MostRetried = 3;

    /// <summary>The answer of a node that holds nothing of the partition.</summary>
    internal static readonly byte[] NotMine = Encode(ErrorCode.NotMine);

    private readonly ClusterSystem _system;
    private readonly World _world;
    private readonly Prng _random;
    private readonly SortedDictionary<PartitionId, (ulong Incarnation, ulong Sequence)> _numbers = [];
    private readonly SortedDictionary<PartitionId, NodeId> _first = [];
    private ulong _incarnation = 1;
    private long _attempt;
    private Asked? _asked;

    /// <summary>A client that has asked nothing.</summary>
    internal ClusterClient(ClusterSystem system, World world, NodeId id)
    {
        _system = system;
        _world = world;
        _random = world.Random($"cluster-client/{id.Value}");
        Id = id;
        system.Network.Attach(id, this);
    }

    /// <summary>Its address.</summary>
    internal NodeId Id { get; }

    /// <summary>Asks; what was asked before is given up.</summary>
    internal void Ask(string key, RegisterCommand command, Action<Outcome, RegisterResult?> reply)
    {
        var partition = _system.Map.Of(CommandForm.SlotOf(key));
        var isNumbered = CommandForm.AlwaysChanges(command) && _random.Chance(_system.Profile.NumberedShare);
        _asked = new Asked(partition, key, command, isNumbered ? NextId(partition) : RequestId.None, reply);
        Send(_asked, Choose(partition));
    }

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (message is ClientReply reply && _asked is { } asked && reply.Attempt == asked.Attempt)
        {
            if (_system.IsNode(reply.First))
            {
                _first[asked.Partition] = reply.First;
            }

            Answered(asked, from, reply);
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        if (_asked is { } asked && asked.At == peer)
        {
            Unanswered(asked, asked.Attempt);
        }
    }

    private RequestId NextId(PartitionId partition)
    {
        if (_random.Chance(0.02))
        {
            // As after a restart: numbers begin anew, and what still comes of the life before is refused.
            _incarnation++;
        }

        var (incarnation, last) = _numbers.GetValueOrDefault(partition);
        var sequence = incarnation == _incarnation ? last + 1 : 1;
        _numbers[partition] = (_incarnation, sequence);
        var kept = (ulong)_random.Between(0, MostRetried);
        return new RequestId(Id.Value, _incarnation, sequence, sequence - 1 - Math.Min(kept, sequence - 1));
    }

    private void Send(Asked asked, NodeId to)
    {
        var attempt = ++_attempt;
        asked.Attempt = attempt;
        asked.At = to;
        _system.Network.Send(Id, to, new ClientRequest(attempt, asked.Key, asked.Command, asked.Id));
        var wait = _random.Between(30 * Duration.Millisecond, _random.Chance(0.3) ? 1_500 * Duration.Millisecond : 200 * Duration.Millisecond);
        _world.Schedule(wait, "client.attempt", Id.Value, () => Unanswered(asked, attempt));
    }

    private void Unanswered(Asked asked, long attempt)
    {
        if (asked != _asked || asked.Attempt != attempt)
        {
            return;
        }

        if (asked.MayBeRepeated)
        {
            asked.IsOpen = true;
            Again(asked, Choose(asked.Partition));
        }
        else
        {
            End(asked, Outcome.Unknown, null);
        }
    }

    private void Answered(Asked asked, NodeId from, ClientReply reply)
    {
        var result = CommandForm.Read(asked.Command, reply.Result, out var error);
        switch (error)
        {
            case default(ErrorCode):
                End(asked, Outcome.Ok, result);
                break;
            case ErrorCode.NotMine:
                Again(asked, reply.First != from && _system.IsNode(reply.First) ? reply.First : Choose(asked.Partition));
                break;
            case ErrorCode.TryAgain or ErrorCode.NotEnoughReplicas or ErrorCode.ReadOnly or ErrorCode.ClusterDown or ErrorCode.Busy or ErrorCode.Damaged:
                Refused(asked);
                break;
            case ErrorCode.OutcomeUnknown when asked.MayBeRepeated:
                asked.IsOpen = true;
                Again(asked, Choose(asked.Partition));
                break;
            case ErrorCode.OutcomeUnknown or ErrorCode.Forgotten:
                End(asked, Outcome.Unknown, null);
                break;
            default:
                _world.Fail("answers", $"client {Id.Value} {asked.Key}: {asked.Command} was answered {error}");
                break;
        }
    }

    private void Refused(Asked asked)
    {
        if (++asked.Refusals >= MostRefusals && !asked.IsOpen)
        {
            End(asked, Outcome.Fail, null);
        }
        else
        {
            Again(asked, Choose(asked.Partition));
        }
    }

    private void Again(Asked asked, NodeId to)
    {
        // Whatever still comes of the attempt that has ended is not listened to.
        asked.Attempt = 0;
        _world.Schedule(_random.Between(Duration.Millisecond, 40 * Duration.Millisecond), "client.again", Id.Value, () =>
        {
            if (asked == _asked)
            {
                Send(asked, to);
            }
        });
    }

    private void End(Asked asked, Outcome outcome, RegisterResult? result)
    {
        _asked = null;
        asked.Reply(outcome, result);
    }

    private NodeId Choose(PartitionId partition) =>
        _first.TryGetValue(partition, out var first) && _random.Chance(0.7) ? first : _system.NodeIds[_random.Next(_system.NodeIds.Count)];

    private static byte[] Encode(ErrorCode code)
    {
        var writer = new ArrayBufferWriter<byte>();
        ResultWriter.WriteError(writer, code, "nothing is held of the partition"u8);
        return writer.WrittenSpan.ToArray();
    }

    private sealed class Asked(
        PartitionId partition, string key, RegisterCommand command, RequestId id, Action<Outcome, RegisterResult?> reply)
    {
        internal PartitionId Partition => partition;

        internal string Key => key;

        internal RegisterCommand Command => command;

        internal RequestId Id => id;

        internal Action<Outcome, RegisterResult?> Reply => reply;

        internal bool MayBeRepeated => id.IsRetryable || !CommandForm.IsWrite(command);

        internal long Attempt { get; set; }

        internal NodeId At { get; set; }

        internal bool IsOpen { get; set; }

        internal int Refusals { get; set; }
    }
}
