using Catena.Core.Replication;
using Catena.Core.Tests.Replication.Properties.BrokenRules;

namespace Catena.Core.Tests.Replication.Properties;

/// <summary>The proof that the schedules and invariants see something: each rule on which safety hangs, broken, is found out.</summary>
public class BrokenRuleTests
{
    private const int Steps = 600;

    [Theory]
    [InlineData(typeof(AnyEpochIsHeard), ReplicationMode.PrimaryBackup, 2_000)]
    [InlineData(typeof(FirstResumesItsEpoch), ReplicationMode.PrimaryBackup, 500)]
    [InlineData(typeof(AppendedCountsAsStable), ReplicationMode.PrimaryBackup, 20)]
    [InlineData(typeof(LeaseNeverEnds), ReplicationMode.PrimaryBackup, 500)]
    [InlineData(typeof(LearnerGrantsNoLease), ReplicationMode.PrimaryBackup, 5_000)]
    [InlineData(typeof(LearnerAcknowledgesNothing), ReplicationMode.PrimaryBackup, 2_000)]
    [InlineData(typeof(SuffixIsDropped), ReplicationMode.PrimaryBackup, 500)]
    [InlineData(typeof(PromiseIsBroken), ReplicationMode.PrimaryBackup, 500)]
    [InlineData(typeof(RestartForgetsPromises), ReplicationMode.PrimaryBackup, 2_000)]
    [InlineData(typeof(OwnLogIsAdopted), ReplicationMode.PrimaryBackup, 2_000)]
    [InlineData(typeof(UnappliedIsTold), ReplicationMode.Chain, 2_000)]
    [InlineData(typeof(LeaseCountsFromReceipt), ReplicationMode.PrimaryBackup, 2_000)]
    public void A_broken_rule_is_found_out(Type broken, ReplicationMode mode, int seeds)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CATENA_MUTATION") is not null, "under eng/mutate the code is broken already");
        var rules = (ReplicaRules)Activator.CreateInstance(broken)!;
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            if (ReplicaPropertyTests.Storm(seed, rules, mode, Steps) is { } violation)
            {
                TestContext.Current.SendDiagnosticMessage($"{broken.Name}: seed {seed}: {violation}");
                return;
            }
        }

        Assert.Fail($"{broken.Name} was not found out in {seeds} seeds");
    }
}
