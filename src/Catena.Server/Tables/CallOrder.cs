namespace Catena.Server.Tables;

/// <summary>The calls of one connection whose tables are being looked up: they are carried out in the order in which they came, whatever is known first.</summary>
/// <remarks>Only the catalogue's work touches it.</remarks>
public sealed class CallOrder
{
    /// <summary>Those that wait, the first first.</summary>
    internal Queue<NamedCall> Waiting { get; } = new();
}
