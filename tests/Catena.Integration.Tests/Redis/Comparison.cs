namespace Catena.Integration.Tests.Redis;

/// <summary>How the two replies to one line are compared.</summary>
internal enum Comparison
{
    /// <summary>Byte by byte.</summary>
    Equal,

    /// <summary><c>!sort</c>: byte by byte once the elements of every aggregate are sorted.</summary>
    Sorted,

    /// <summary><c>!sortpairs</c>: as <see cref="Sorted" />, where elements of arrays belong together two by two.</summary>
    SortedPairs,

    /// <summary><c>!within N</c>: integers may be N apart.</summary>
    Near,

    /// <summary><c>!any</c>: only the kinds of the replies must be equal.</summary>
    SameKind,

    /// <summary><c>!ours REPLY</c>: a documented difference; Catena must answer REPLY, whatever Redis answers.</summary>
    Ours,
}
