using System.Text;

namespace Catena.Cli.Shell;

/// <summary>One word of a command line.</summary>
/// <param name="Bytes">What it means, quotes and escapes resolved.</param>
/// <param name="IsPlain">Whether it was written without quotes and escapes, so that a dash or a number of it may mean something of its own.</param>
/// <param name="Start">Where it begins in the line.</param>
internal sealed record ShellWord(byte[] Bytes, bool IsPlain, int Start)
{
    /// <summary>The word as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}
