namespace Catena.Storage.Journaling;

/// <summary>A part of a buffer that a flush has to write.</summary>
internal readonly record struct WriteRange(JournalBuffer Buffer, int From, int To);
