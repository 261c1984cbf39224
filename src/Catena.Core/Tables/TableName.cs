namespace Catena.Core.Tables;

/// <summary>The names that tables may have: 3 to 255 letters, digits, underscores, full stops and hyphens, as in DynamoDB.</summary>
public static class TableName
{
    /// <summary>The shortest, in bytes.</summary>
    public const int MinLength = 3;

    /// <summary>The longest, in bytes.</summary>
    public const int MaxLength = 255;

    /// <summary>Why a name is refused.</summary>
    public static ReadOnlySpan<byte> Refusal => "a table's name has 3 to 255 of the characters A-Z a-z 0-9 _ . -"u8;

    /// <summary>Whether a name is that of the default table, whose keys all protocols share: it is always there.</summary>
    public static bool IsDefault(ReadOnlySpan<byte> name) => name.IsEmpty || name.SequenceEqual("default"u8);

    /// <summary>Whether a table may have a name, the default table's included.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'.' or (byte)'-'))
            {
                return false;
            }
        }

        return name.Length is >= MinLength and <= MaxLength;
    }
}
