using System.Text;
using Catena.Integration.Tests.Harness;
using Catena.Integration.Tests.Redis;

namespace Catena.Integration.Tests;

/// <summary>A node on a file system of 64 MB, in memory, that is filled up with data and with something else.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("catena-disk-").FullName;
    private readonly Dictionary<string, byte[]> _model = [];
    private int _next;

    [Fact]
    public async Task A_full_disk_loses_nothing_and_the_node_takes_writes_again_without_a_restart()
    {
        Assert.Equal(0, (await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", _disk)).ExitCode);
        await using var cluster = await Cluster.StartOnAsync(_disk, "--nodes", "1", "--replicas", "1", "--partitions", "8");
        var pid = cluster.Pid(1);
        for (var round = 0; round < 3; round++)
        {
            var written = 0;
            await Eventually.TrueAsync("there is room for 500 values", TimeSpan.FromSeconds(60), () =>
            {
                // Writes that come faster than a busy machine compacts find the disk full again before it is.
                written += Fill(cluster.RedisPort(1));
                return Task.FromResult(written > 500);
            });
            output.WriteLine($"round {round}: {written} values of 4 KB until the disk was full, {_model.Count} keys");
            CheckAll(cluster.RedisPort(1));
            Delete(cluster.RedisPort(1), 0.7);
            await WritableAsync(cluster.RedisPort(1));
            CheckAll(cluster.RedisPort(1));
        }

        // Now somebody else takes what is left, and gives it back.
        var ballast = Path.Combine(_disk, "ballast");
        await using (var file = new FileStream(ballast, FileMode.Create))
        {
            file.SetLength(0);
            var piece = new byte[1 << 20];
            while (new DriveInfo(_disk).AvailableFreeSpace > 2 << 20)
            {
                file.Write(piece);
                file.Flush(flushToDisk: true);
            }
        }

        Fill(cluster.RedisPort(1));
        CheckAll(cluster.RedisPort(1));
        File.Delete(ballast);
        await WritableAsync(cluster.RedisPort(1));
        CheckAll(cluster.RedisPort(1));
        Assert.Equal(pid, cluster.Pid(1));
        await cluster.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("umount", "-l", _disk);
        Directory.Delete(_disk, recursive: true);
    }

    private static byte[][] Command(params object[] words) =>
        [.. words.Select(word => word as byte[] ?? Encoding.ASCII.GetBytes((string)word))];

    /// <summary>Writes until writes are refused for want of space.</summary>
    private int Fill(int port)
    {
        using var connection = RawConnection.Open(port, 2);
        for (var written = 0; written < 100_000; written++)
        {
            var value = new byte[4096];
            new Random(_next).NextBytes(value);
            connection.Send(Command("SET", $"key-{_next}", value));
            var reply = connection.Read();
            if (reply.Head.StartsWith("-MISCONF", StringComparison.Ordinal))
            {
                return written;
            }

            Assert.Equal("+OK", reply.Head);
            _model[$"key-{_next++}"] = value;
        }

        throw new InvalidOperationException("64 MB do not become full");
    }

    private void Delete(int port, double share)
    {
        using var connection = RawConnection.Open(port, 2);
        var random = new Random(_next);
        foreach (var key in _model.Keys.Where(_ => random.NextDouble() < share).ToList())
        {
            var reply = "";
            for (var deadline = DateTime.UtcNow.AddMinutes(1); reply != ":1";)
            {
                // Deletes that come faster than a busy machine compacts may have to come again.
                Assert.True(DateTime.UtcNow < deadline, $"a delete is still answered with {reply}");
                connection.Send(Command("DEL", key));
                reply = connection.Read().Head;
            }

            _model.Remove(key);
        }
    }

    private static Task WritableAsync(int port) => Eventually.TrueAsync("writes are taken again", TimeSpan.FromSeconds(60), () =>
    {
        using var connection = RawConnection.Open(port, 2);
        return Task.FromResult(Enumerable.Range(0, 40).All(number =>
        {
            connection.Send(Command("SET", $"probe-{number}", new byte[4096]));
            return connection.Read().Head == "+OK";
        }));
    });

    private void CheckAll(int port)
    {
        using var connection = RawConnection.Open(port, 2);
        foreach (var (key, value) in _model)
        {
            connection.Send(Command("GET", key));
            Assert.Equal(value, connection.Read().Body);
        }
    }
}
