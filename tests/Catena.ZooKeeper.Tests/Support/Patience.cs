using System.Diagnostics;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>Waiting with a deadline, which a test that passes never reaches.</summary>
internal static class Patience
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>The task's result, or a failure once the deadline has passed.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Deadline);

    /// <summary>The task's end, or a failure once the deadline has passed.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Deadline);

    /// <summary>Asks again and again until a condition holds.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"not within {Deadline}: {what}");
            await Task.Delay(5);
        }
    }

    /// <summary>Asks again and again until a condition holds.</summary>
    public static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);
}
