using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions.Coordination;

namespace Catena.Core.Tests.Transactions;

public sealed class AskRoundTests
{
    [Fact]
    public void Numbers_begin_again_before_they_have_too_many_bits()
    {
        var round = new AskRound(new PartitionMap(2));
        for (var asked = 0; asked < TransactionAsk.MaxNumber; asked++)
        {
            round.Ask(default, CommandKind.Look, []);
            round.Clear();
        }

        round.Ask(new PartitionId(1), CommandKind.Look, []);

        Assert.Equal(0, Assert.Single(round.Take()).Number);
        Assert.True(round.TryAnswer(0, out var partition));
        Assert.Equal(1, partition.Value);
    }
}
