using Catena.Faults.Checking;
using Catena.Faults.Reporting;

namespace Catena.Faults.Tests;

public sealed class FullDiskTests
{
    [Theory]
    [InlineData(12_000.0, null, true)]
    [InlineData(12_000.0, "TRYAGAIN", true)]
    [InlineData(12_000.0, "MISCONF", false)]
    [InlineData(12_000.0, "read only", false)]
    [InlineData(800.0, null, false)]
    [InlineData(null, null, false)]
    public void Writes_may_not_stand_still_without_a_word(double? gap, string? error, bool isHidden)
    {
        var errors = error is null ? [] : new Dictionary<string, int> { [error] = 3 };
        Assert.Equal(isHidden, FullDisk.IsHidden(new FaultFigures(1, "disk-full", "node-3", 15_000, 5_000, gap, gap, 10, 10, 1_000, errors)));
    }
}
