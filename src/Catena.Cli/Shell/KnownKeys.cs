namespace Catena.Cli.Shell;

/// <summary>The keys that a session has met last, for completion: so many and no more.</summary>
internal sealed class KnownKeys
{
    /// <summary>How many keys are remembered.</summary>
    public const int Most = 1_000;

    private const int LongestShown = 200;

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly Queue<(string Word, byte[] Key)> _keys = new();

    /// <summary>Remembers a key.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > LongestShown)
        {
            return;
        }

        var word = ShellText.Word(key);
        if (!_words.Add(word))
        {
            return;
        }

        _keys.Enqueue((word, key.ToArray()));
        if (_keys.Count > Most)
        {
            _words.Remove(_keys.Dequeue().Word);
        }
    }

    /// <summary>The keys that begin in a way, as words.</summary>
    public IEnumerable<string> BeginningWith(byte[] prefix) => _keys.Where(known => known.Key.AsSpan().StartsWith(prefix)).Select(known => known.Word);
}
