namespace Catena.Cli.Backups.Text;

/// <summary>A key that was read from a line.</summary>
/// <param name="Table">The name of its table.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
internal sealed record ParsedEntry(string Table, byte[] Key, byte[] Value, long Expiry);
