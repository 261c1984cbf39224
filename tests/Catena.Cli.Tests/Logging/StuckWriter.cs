using System.Text;

namespace Catena.Cli.Tests.Logging;

/// <summary>A terminal that takes nothing until it is released.</summary>
internal sealed class StuckWriter : TextWriter
{
    private readonly ManualResetEventSlim _released = new();
    private readonly StringBuilder _text = new();

    /// <inheritdoc />
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>All that was written; to be read once nobody writes any more.</summary>
    public string Text => _text.ToString();

    /// <summary>Takes what comes from now on.</summary>
    public void Release() => _released.Set();

    /// <inheritdoc />
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc />
    public override void Write(string? value)
    {
        _released.Wait();
        _text.Append(value);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _released.Dispose();
        base.Dispose(disposing);
    }
}
