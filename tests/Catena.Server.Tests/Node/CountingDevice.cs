using Catena.Storage.Devices;

namespace Catena.Server.Tests.Node;

/// <summary>A disk that counts the syncs of files that something was appended to since their last.</summary>
internal sealed class CountingDevice(IStorageDevice device) : IStorageDevice
{
    private int _syncs;

    public int Syncs => Volatile.Read(ref _syncs);

    public long FreeBytes => device.FreeBytes;

    public IReadOnlyList<string> List() => device.List();

    public bool Exists(string name) => device.Exists(name);

    public IStorageFile Open(string name, bool create) => new CountingFile(this, device.Open(name, create));

    public void Delete(string name) => device.Delete(name);

    public void Rename(string from, string to) => device.Rename(from, to);

    public void SyncDirectory() => device.SyncDirectory();

    private sealed class CountingFile(CountingDevice device, IStorageFile file) : IStorageFile
    {
        private bool _hasGrown;

        public long Length => file.Length;

        public void Allocate(long length) => file.Allocate(length);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Append(long offset, ReadOnlySpan<byte> bytes, int zeros, bool isReadSoon)
        {
            file.Append(offset, bytes, zeros, isReadSoon);
            Volatile.Write(ref _hasGrown, true);
        }

        public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public void Uncache(long offset, long length) => file.Uncache(offset, length);

        public void Sync()
        {
            file.Sync();
            if (Interlocked.Exchange(ref _hasGrown, false))
            {
                Interlocked.Increment(ref device._syncs);
            }
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();
    }
}
