using System.Globalization;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class BulkThreadsTests
{
    [Fact]
    public async Task Work_is_done_on_nicer_threads_and_what_follows_it_is_not()
    {
        var here = NicenessOfThread();
        using var threads = new BulkThreads("bulk");
        var (name, niceness, next) = await Task.Run(
            async () =>
            {
                var (name, niceness) = await threads.DoAsync(() => (Thread.CurrentThread.Name, NicenessOfThread()), TestContext.Current.CancellationToken);
                return (name, niceness, (Name: Thread.CurrentThread.Name, Niceness: NicenessOfThread()));
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(("bulk", Math.Min(here + Niceness.OfBulk, Niceness.Highest)), (name, niceness));
        Assert.NotEqual("bulk", next.Name);
        Assert.Equal(here, next.Niceness);
    }

    [Fact]
    public async Task What_work_throws_comes_to_who_waits_and_the_threads_go_on()
    {
        using var threads = new BulkThreads("bulk");
        await Assert.ThrowsAsync<InvalidDataException>(() => threads.DoAsync<int>(() => throw new InvalidDataException(), TestContext.Current.CancellationToken));
        Assert.Equal(5, await threads.DoAsync(() => 5, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Work_that_is_not_wanted_any_more_does_not_begin()
    {
        using var threads = new BulkThreads("bulk");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var hasBegun = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => threads.DoAsync(() => hasBegun = true, cancelled.Token));
        Assert.False(hasBegun);
    }

    [Fact]
    public async Task Who_ends_them_waits_for_what_was_given_to_them()
    {
        var threads = new BulkThreads("bulk");
        var done = Enumerable.Range(0, 100).Select(number => threads.DoAsync(() => number, TestContext.Current.CancellationToken)).ToList();
        threads.Dispose();
        Assert.All(done, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(Enumerable.Range(0, 100), await Task.WhenAll(done));
    }

    /// <summary>proc_pid_stat(5): the 19th field, the 17th behind the name.</summary>
    private static int NicenessOfThread()
    {
        var text = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
