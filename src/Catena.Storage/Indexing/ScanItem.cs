namespace Catena.Storage.Indexing;

/// <summary>One entry of a <see cref="ScanBatch" />.</summary>
internal readonly record struct ScanItem(int KeyAt, int KeyLength, IndexEntry Entry);
