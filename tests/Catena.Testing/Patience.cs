namespace Catena.Testing;

/// <summary>Waiting for tasks with a deadline, which a test that passes never reaches.</summary>
public static class Patience
{
    /// <summary>The task's result, or a failure once the deadline has passed.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Eventually.Deadline);

    /// <summary>The task's end, or a failure once the deadline has passed.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Eventually.Deadline);
}
