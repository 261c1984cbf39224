using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>What EXEC does: one program for all keys that were watched and are used, and where each reply comes from.</summary>
/// <remarks>
/// The handlers of requests that use keys run before the program, and say here what they need (<see cref="RedisConnection.Plan" />); those of others run after it, so that nothing is
/// done where a watched key has changed.
/// </remarks>
internal sealed class TransactionPlan
{
    private readonly ArrayBufferWriter<byte> _program = new(256);
    private readonly List<PlannedReply> _replies = [];
    private RedisCommandId _current;

    /// <summary>A plan that only looks at the watched keys.</summary>
    /// <param name="watched">The keys and their versions.</param>
    public TransactionPlan(IReadOnlyDictionary<byte[], Lsn> watched)
    {
        TransactionProgram.WriteStart(_program, ProgramFlags.None, watched.Count);
        foreach (var (key, version) in watched)
        {
            TransactionPart.WriteRead(_program, key, version);
        }

        NeedsKeys = watched.Count > 0;
    }

    /// <summary>Whether there is anything to ask of the partitions.</summary>
    public bool NeedsKeys { get; private set; }

    /// <summary>The program.</summary>
    public ReadOnlySpan<byte> Program => _program.WrittenSpan;

    /// <summary>Where the replies come from, in order.</summary>
    public IReadOnlyList<PlannedReply> Replies => _replies;

    /// <summary>Says whose needs follow.</summary>
    /// <param name="command">The command of the next request.</param>
    public void Begin(RedisCommandId command) => _current = command;

    /// <summary>Adds a command to the program; its result makes the reply.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shape">What the reply makes of the result.</param>
    /// <param name="form">Makes the reply where the shape cannot; null otherwise.</param>
    public void Add(in Command command, ReplyShape shape, IReplyForm? form)
    {
        PackedList.Add(_program, CommandCodec.Encode(command));
        NeedsKeys = true;
        _replies.Add(new PlannedReply { Command = _current, Shape = shape, Form = form });
    }

    /// <summary>Adds a reply that is known.</summary>
    /// <param name="reply">The reply.</param>
    public void Add(ReadOnlySpan<byte> reply) => _replies.Add(new PlannedReply { Command = _current, Known = reply.ToArray() });

    /// <summary>Adds a request that is answered once the program was carried out.</summary>
    /// <param name="request">The request.</param>
    public void AddLater(QueuedRequest request) => _replies.Add(new PlannedReply { Command = request.Command.Id, Later = request });
}
