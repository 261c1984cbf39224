using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Catena.Faults.Network;

/// <summary>Opens sockets in another network namespace.</summary>
/// <remarks>A socket belongs to the namespace that its thread was in when it was made, and goes on to wherever the thread goes. So a thread visits, makes it and ends.</remarks>
internal static partial class NamespaceSockets
{
    private const int NetworkNamespace = 0x40000000;

    /// <summary>A TCP socket in a namespace.</summary>
    /// <param name="path">The namespace's name in the file system.</param>
    public static Socket Open(string path)
    {
        Socket? socket = null;
        Exception? refused = null;
        var visitor = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(path);
                if (EnterNamespace((int)handle.DangerousGetHandle(), NetworkNamespace) != 0)
                {
                    throw new HarnessException($"the namespace {path} cannot be entered (error {Marshal.GetLastPInvokeError()})");
                }

                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception failure) when (failure is IOException or SocketException or HarnessException or UnauthorizedAccessException)
            {
                refused = failure;
            }
        });
        visitor.Start();
        visitor.Join();
        return socket ?? throw new HarnessException($"no socket could be opened in {path}: {refused?.Message}", refused);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int EnterNamespace(int handle, int kind);
}
