namespace Catena.Protocols.Resp.Commands;

/// <summary>The number of a database, of which there is one, 0.</summary>
public static class DatabaseIndex
{
    /// <summary>Reads a number.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    /// <returns>Whether it is 0.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> error)
    {
        error = !RedisInteger.TryParse(text, out var index) ? RespErrors.NotAnInteger
            : index is < int.MinValue or > int.MaxValue ? RespErrors.NotAnInt
            : index != 0 ? RespErrors.DatabaseOutOfRange
            : default;
        return error.IsEmpty;
    }
}
