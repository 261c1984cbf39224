using Catena.Core.Tables;

namespace Catena.Server.Tables;

/// <summary>The numbers of the tables that a call names.</summary>
/// <param name="names">The names, each once, the default table's left out.</param>
public sealed class TableNumbers(byte[][] names)
{
    private readonly ushort[] _numbers = new ushort[names.Length];

    /// <summary>Those of a call that names the default table only.</summary>
    public static TableNumbers OfDefault { get; } = new([]);

    /// <summary>How many tables there are beside the default one.</summary>
    public int Count => names.Length;

    /// <summary>A table's name.</summary>
    public byte[] NameAt(int index) => names[index];

    /// <summary>A table's number; 0 where it is not known yet.</summary>
    public ushort NumberAt(int index) => _numbers[index];

    /// <summary>The number of a table that the call names.</summary>
    public ushort Of(ReadOnlySpan<byte> name)
    {
        if (TableName.IsDefault(name))
        {
            return 0;
        }

        for (var index = 0; index < names.Length; index++)
        {
            if (name.SequenceEqual(names[index]))
            {
                return _numbers[index];
            }
        }

        throw new ArgumentException("The call does not name this table.", nameof(name));
    }

    /// <summary>Sets a table's number.</summary>
    internal void Set(int index, ushort number) => _numbers[index] = number;
}
