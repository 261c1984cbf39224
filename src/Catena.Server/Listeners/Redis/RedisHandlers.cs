using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>Which handler answers which command, and when it may start.</summary>
internal sealed class RedisHandlers
{
    private readonly RedisHandler?[] _handlers;
    private readonly CommandClass[] _classes;
    private readonly SubcommandTable?[] _subcommands;

    private RedisHandlers()
    {
        _handlers = new RedisHandler?[RedisCommandTable.All.Length];
        _classes = new CommandClass[_handlers.Length];
        _subcommands = new SubcommandTable?[_handlers.Length];
    }

    /// <summary>The handlers of all commands.</summary>
    public static RedisHandlers All { get; } = Create();

    /// <summary>The handler of a command.</summary>
    /// <param name="id">The command.</param>
    public RedisHandler this[RedisCommandId id] => _handlers[(int)id]!;

    /// <summary>When a request may start.</summary>
    /// <param name="id">The command.</param>
    /// <param name="count">The number of the request's arguments.</param>
    public CommandClass ClassOf(RedisCommandId id, int count) =>
        id == RedisCommandId.GetEx && count == 2 ? CommandClass.Read : _classes[(int)id];

    /// <summary>Names the handler of a command.</summary>
    /// <param name="id">The command.</param>
    /// <param name="commandClass">When it may start.</param>
    /// <param name="handler">What answers it.</param>
    public void Add(RedisCommandId id, CommandClass commandClass, RedisHandler handler)
    {
        Invariant.Holds(_handlers[(int)id] is null, "a command has two handlers");
        _handlers[(int)id] = handler;
        _classes[(int)id] = commandClass;
    }

    /// <summary>Names the subcommands of a command.</summary>
    /// <param name="commandClass">When the command may start.</param>
    /// <param name="subcommands">What answers it.</param>
    public void Add(CommandClass commandClass, SubcommandTable subcommands)
    {
        Add(subcommands.Command, commandClass, subcommands.Dispatch);
        _subcommands[(int)subcommands.Command] = subcommands;
    }

    /// <summary>Whether a command has subcommands.</summary>
    /// <param name="id">The command.</param>
    public bool HasSubcommands(RedisCommandId id) => _subcommands[(int)id] is not null;

    /// <summary>The name of a request's command, with that of its subcommand where it has one.</summary>
    /// <param name="command">The command.</param>
    /// <param name="request">The request.</param>
    public string FullNameOf(RedisCommand command, RespRequest request) =>
        _subcommands[(int)command.Id] is { } subcommands && request.Count > 1
            ? subcommands.FullNameOf(request) ?? command.Name
            : command.Name;

    /// <summary>What is wrong with a request's subcommand: an error to answer; null where it is good, or the command has none.</summary>
    /// <param name="id">The command.</param>
    /// <param name="request">The request.</param>
    public byte[]? WhyNotSubcommand(RedisCommandId id, RespRequest request) =>
        id == RedisCommandId.Object ? ObjectCommands.WhyNot(request) : _subcommands[(int)id]?.WhyNot(request);

    private static RedisHandlers Create()
    {
        var handlers = new RedisHandlers();
        ConnectionCommands.AddTo(handlers);
        StringCommands.AddTo(handlers);
        StaleCommands.AddTo(handlers);
        NumberCommands.AddTo(handlers);
        RangeCommands.AddTo(handlers);
        BitCommands.AddTo(handlers);
        KeyCommands.AddTo(handlers);
        ExpiryCommands.AddTo(handlers);
        ObjectCommands.AddTo(handlers);
        DumpCommands.AddTo(handlers);
        DatabaseCommands.AddTo(handlers);
        KeyspaceCommands.AddTo(handlers);
        ClusterCommands.AddTo(handlers);
        ClientCommands.AddTo(handlers);
        ConfigCommands.AddTo(handlers);
        CommandCommands.AddTo(handlers);
        PersistenceCommands.AddTo(handlers);
        ObservationCommands.AddTo(handlers);
        AccessCommands.AddTo(handlers);
        ScriptCommands.AddTo(handlers);
        TransactionCommands.AddTo(handlers);
        RefusedCommands.AddTo(handlers);
        PubSubCommands.AddTo(handlers);
        foreach (var command in RedisCommandTable.All)
        {
            Invariant.Holds(handlers._handlers[(int)command.Id] is not null, $"the command {command.Name} has no handler");
        }

        return handlers;
    }
}
