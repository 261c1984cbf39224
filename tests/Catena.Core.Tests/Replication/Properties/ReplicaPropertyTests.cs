using System.Globalization;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Xunit.Sdk;

namespace Catena.Core.Tests.Replication.Properties;

/// <summary>The replica's promises under random schedules.</summary>
/// <remarks>CATENA_SCHEDULE_SEEDS sets how many seeds are tried, CATENA_SCHEDULE_FIRST the first of them.</remarks>
public class ReplicaPropertyTests
{
    private const int Steps = 600;

    [Theory]
    [InlineData(ReplicationMode.PrimaryBackup)]
    [InlineData(ReplicationMode.Chain)]
    [InlineData(ReplicationMode.ApportionedChain)]
    public void Random_schedules_break_no_promise_and_end_well(ReplicationMode mode)
    {
        var first = Setting("CATENA_SCHEDULE_FIRST", 1);
        var seeds = Setting("CATENA_SCHEDULE_SEEDS", 200);
        var committed = 0L;
        for (var seed = first; seed < first + seeds; seed++)
        {
            RandomSchedule? schedule = null;
            var violation = ViolationOf(() =>
            {
                schedule = new RandomSchedule(seed, ReplicaRules.Sound, mode);
                schedule.Storm(Steps);
                schedule.Calm();
            });
            Assert.True(violation is null, $"{mode}, CATENA_SCHEDULE_FIRST={seed} CATENA_SCHEDULE_SEEDS=1: {violation}");
            committed += schedule!.Committed;
        }

        Assert.True(committed > (long)seeds * 10, $"only {committed} entries were committed, so little was tested");
    }

    [Fact]
    public void A_seed_repeats_exactly()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CATENA_MUTATION") is not null, "under eng/mutate the schedules above see what this would");
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var mode = (ReplicationMode)((seed % 3) + 1);
            var left = new RandomSchedule(seed, ReplicaRules.Sound, mode);
            var right = new RandomSchedule(seed, ReplicaRules.Sound, mode);
            left.Storm(Steps);
            right.Storm(Steps);
            Assert.Equal(left.Fingerprint, right.Fingerprint);
        }
    }

    /// <summary>What a seed's faults bring to light under these rules; null where nothing.</summary>
    internal static string? Storm(ulong seed, ReplicaRules rules, ReplicationMode mode, int steps) =>
        ViolationOf(() => new RandomSchedule(seed, rules, mode).Storm(steps));

    private static string? ViolationOf(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception violation) when (violation is ViolationException or InvariantException or XunitException)
        {
            return Environment.GetEnvironmentVariable("CATENA_SCHEDULE_TRACE") is null ? violation.Message : violation.ToString();
        }
    }

    private static ulong Setting(string name, ulong otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
