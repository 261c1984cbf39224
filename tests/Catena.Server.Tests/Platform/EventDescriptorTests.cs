using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class EventDescriptorTests
{
    private const int Attempts = 100;

    /// <summary>A number is given away again as soon as it is closed: to a journal, for instance.</summary>
    [Fact]
    public void Who_has_its_number_once_it_is_closed_is_left_alone()
    {
        using var closed = CloseOne(out var file);
        using (file)
        {
            closed.Signal();
            Assert.Equal(0, file.Length);
            closed.Dispose();
            RandomAccess.Write(file.SafeFileHandle, [1, 2, 3], 0);
            Assert.Equal(3, RandomAccess.GetLength(file.SafeFileHandle));
        }
    }

    private static EventDescriptor CloseOne(out FileStream file)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var descriptor = new EventDescriptor();
            var number = descriptor.Handle.DangerousGetHandle();
            descriptor.Dispose();
            file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            if (file.SafeFileHandle.DangerousGetHandle() == number)
            {
                return descriptor;
            }

            // Another test was faster.
            file.Dispose();
        }

        throw new InvalidOperationException($"No file had the number of what was closed before it, {Attempts} times.");
    }
}
