namespace Catena.Cli.Backups.Text;

/// <summary>Reads lines as bytes, and knows where each begins.</summary>
/// <param name="source">Stands at the beginning of a line.</param>
/// <param name="offset">Where in the file that is.</param>
/// <param name="longest">The longest line.</param>
internal sealed class LineReader(Stream source, long offset, int longest)
{
    private byte[] _buffer = new byte[256 << 10];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The line read last, without its end; good until the next is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Where in the file the next line begins.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Reads the next line.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False where there is none.</returns>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0 || (_isAtEnd && _end > _start))
            {
                var length = found >= 0 ? searched + found : _end - _start;
                var whole = length + (found >= 0 ? 1 : 0);
                Line = _buffer.AsMemory(_start, length);
                _start += whole;
                Offset += whole;
                return true;
            }

            if (_isAtEnd)
            {
                return false;
            }

            searched = _end - _start;
            MakeRoom();
            var count = await source.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            _end += count;
            _isAtEnd = count == 0;
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var length = _end - _start;
        if (length >= longest)
        {
            throw new InvalidDataException($"a line is longer than {longest} bytes");
        }

        var target = length > _buffer.Length / 2 ? new byte[Math.Min(longest + 1L, 2L * _buffer.Length)] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, length);
    }
}
