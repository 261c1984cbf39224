namespace Catena.Storage.Scrubbing;

/// <summary>A part of a segment in which there is no whole record.</summary>
/// <param name="Start">The offset at which it begins.</param>
/// <param name="End">The offset behind it.</param>
internal readonly record struct DamagedRange(int Start, int End)
{
    /// <summary>Whether it holds any of so many bytes from an offset on.</summary>
    internal bool Touches(int offset, int length) => offset < End && offset + Math.Max(1, length) > Start;
}
