namespace Catena.Compare.Tests;

public sealed class ProcessorTimeTests
{
    [Fact]
    public void Time_in_both_modes_is_counted_whatever_the_program_is_called() =>
        Assert.Equal(3.5, ProcessorTime.In("4711 (a) S (b) R 1 4711 4711 0 -1 4194304 1111 0 0 0 250 100 7 7 20 0 5 0 123 456 789"));

    [Fact]
    public void This_process_has_used_some()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.True(ProcessorTime.Of([Environment.ProcessId]) >= 0);
        }
    }
}
