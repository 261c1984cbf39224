using System.Globalization;
using System.Text;
using Catena.Cli.Backups.Archive;
using Catena.Core.Data;

namespace Catena.Cli.Tests.Backups;

/// <summary>Remembers the keys of a backup and their values.</summary>
internal sealed class ValueFinder : IContentVisitor
{
    public Dictionary<string, string> Values { get; } = [];

    public void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry) =>
        Values.Add(Encoding.UTF8.GetString(StoredKey.Key(storedKey)), Encoding.UTF8.GetString(value));

    public ValueTask PauseAsync() => ValueTask.CompletedTask;

    /// <summary>The number at a key; 0 where it is absent.</summary>
    public int NumberOf(string key) => Values.TryGetValue(key, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
}
