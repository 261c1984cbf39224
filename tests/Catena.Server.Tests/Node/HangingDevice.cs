using Catena.Storage.Devices;

namespace Catena.Server.Tests.Node;

/// <summary>A disk on which, once told, no file can be created before it is released.</summary>
internal sealed class HangingDevice(IStorageDevice device) : IStorageDevice, IDisposable
{
    private readonly ManualResetEventSlim _free = new(true);

    /// <summary>Set once somebody hangs.</summary>
    public ManualResetEventSlim Hangs { get; } = new();

    public long FreeBytes => device.FreeBytes;

    public void Hang() => _free.Reset();

    public void Release() => _free.Set();

    public IReadOnlyList<string> List() => device.List();

    public bool Exists(string name) => device.Exists(name);

    public IStorageFile Open(string name, bool create)
    {
        if (create && !_free.IsSet)
        {
            Hangs.Set();
            _free.Wait();
        }

        return device.Open(name, create);
    }

    public void Delete(string name) => device.Delete(name);

    public void Rename(string from, string to) => device.Rename(from, to);

    public void SyncDirectory() => device.SyncDirectory();

    public void Dispose()
    {
        _free.Dispose();
        Hangs.Dispose();
    }
}
