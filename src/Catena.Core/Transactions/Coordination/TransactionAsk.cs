using Catena.Core.Data;

namespace Catena.Core.Transactions.Coordination;

/// <summary>One command that a coordinator wants carried out.</summary>
/// <param name="Number">What its result comes back with; at most <see cref="MaxNumber" />.</param>
/// <param name="Slot">A slot of the partition.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Verdict">What was or is to be decided, where the kind asks for that.</param>
/// <param name="Items">As <see cref="Command.Items" />.</param>
/// <param name="Value">As <see cref="Command.Value" />.</param>
public readonly record struct TransactionAsk(int Number, ushort Slot, CommandKind Kind, TransactionVerdict Verdict, byte[] Items, byte[] Value)
{
    /// <summary>How many bits a number has.</summary>
    public const int NumberBits = 24;

    /// <summary>The greatest number.</summary>
    public const int MaxNumber = (1 << NumberBits) - 1;

    /// <summary>Variations.</summary>
    public CommandFlags Flags { get; init; }

    /// <summary>The table, of a range.</summary>
    public ushort Table { get; init; }

    /// <summary>How many keys are wanted, of a range.</summary>
    public int Limit { get; init; }

    /// <summary>The command.</summary>
    public Command Command => new() { Kind = Kind, Flags = Flags, Table = Table, Slot = Slot, Number = (long)Verdict, Limit = Limit, Items = Items, Value = Value };
}
