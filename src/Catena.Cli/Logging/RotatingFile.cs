using System.Globalization;
using System.Text;

namespace Catena.Cli.Logging;

/// <summary>A text file that begins anew when it is long, keeping a few of its predecessors as <c>name.1</c>, <c>name.2</c>, the newest first.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RotatingFile : IDisposable
{
    private readonly string _path;
    private readonly long _mostBytes;
    private readonly int _kept;
    private StreamWriter _writer;
    private long _length;

    /// <summary>Opens the file to add to its end.</summary>
    /// <param name="path">The file; its directory is made where it is missing.</param>
    /// <param name="mostBytes">How long it grows.</param>
    /// <param name="kept">How many predecessors are kept.</param>
    public RotatingFile(string path, long mostBytes = 16 << 20, int kept = 3)
    {
        _path = Path.GetFullPath(path);
        _mostBytes = mostBytes;
        _kept = kept;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _writer = Open();
    }

    /// <summary>Adds text, which a new beginning does not tear apart.</summary>
    public void Write(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (_length > 0 && _length + bytes > _mostBytes)
        {
            Rotate();
        }

        _writer.Write(text);
        _length += bytes;
    }

    /// <summary>Hands what was added to the system.</summary>
    public void Flush() => _writer.Flush();

    /// <inheritdoc />
    public void Dispose() => _writer.Dispose();

    private StreamWriter Open()
    {
        var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _length = file.Length;
        return new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private void Rotate()
    {
        _writer.Dispose();
        for (var number = _kept; number > 1; number--)
        {
            if (File.Exists(Numbered(number - 1)))
            {
                File.Move(Numbered(number - 1), Numbered(number), overwrite: true);
            }
        }

        if (_kept > 0)
        {
            File.Move(_path, Numbered(1), overwrite: true);
        }
        else
        {
            File.Delete(_path);
        }

        _writer = Open();
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{_path}.{number}");
}
