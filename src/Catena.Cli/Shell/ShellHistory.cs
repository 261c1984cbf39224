namespace Catena.Cli.Shell;

/// <summary>The lines that were typed, in this session and earlier ones, kept in a file.</summary>
/// <remarks>The file is appended to with each line, so that shells that run at the same time share it, and cut to its bound at the start. A file that cannot be written is done without.</remarks>
internal sealed class ShellHistory
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string? _file;
    private readonly int _most;
    private readonly List<string> _lines = [];
    private bool _isKept;

    /// <summary>Reads the history.</summary>
    /// <param name="file">Where it is kept; null for nowhere.</param>
    /// <param name="most">How many lines are kept at most.</param>
    public ShellHistory(string? file, int most)
    {
        _file = file;
        _most = most;
        _isKept = file is not null && most > 0;
        if (_isKept)
        {
            Try(Load);
        }
    }

    /// <summary>The lines, the oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Why the file is done without; null where it is not.</summary>
    public string? Problem { get; private set; }

    /// <summary>The file where no other is named; null where the user has no home.</summary>
    public static string? StandardFile() =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".catena_history") : null;

    /// <summary>Adds a line, unless it is blank or the last one again.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line) || _most == 0)
        {
            return;
        }

        _lines.Add(line);
        if (_lines.Count > _most)
        {
            _lines.RemoveAt(0);
        }

        if (_isKept)
        {
            Try(() => Write(FileMode.Append, [line]));
        }
    }

    private void Load()
    {
        if (!File.Exists(_file))
        {
            return;
        }

        var all = File.ReadAllLines(_file);
        _lines.AddRange(all.TakeLast(_most));
        if (all.Length > _most)
        {
            Write(FileMode.Create, _lines);
        }
    }

    private void Write(FileMode mode, IEnumerable<string> lines)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        using var writer = new StreamWriter(_file!, options);
        foreach (var line in lines)
        {
            writer.WriteLine(line);
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Problem = refused.Message;
            _isKept = false;
        }
    }
}
