using Catena.Cli.Bench.Transactions;
using Catena.Core.Primitives;

namespace Catena.Cli.Tests.Bench;

public sealed class ListKeysTests
{
    [Fact]
    public void A_list_that_has_its_values_gives_way_to_a_new_one_and_is_still_read()
    {
        var lists = new ListKeys(3);
        var random = new Prng(1);
        var appends = new Dictionary<int, int>();
        var readsOfFull = 0;
        for (var draw = 0; draw < 10_000; draw++)
        {
            var key = lists.DrawToAppend(random);
            appends[key] = appends.GetValueOrDefault(key) + 1;
            var read = lists.DrawToRead(random);
            Assert.Contains(read, appends.Keys.Concat([0, 1, 2]));
            readsOfFull += appends.GetValueOrDefault(read) == ListKeys.ValuesEach ? 1 : 0;
        }

        Assert.All(appends.Values, count => Assert.InRange(count, 1, ListKeys.ValuesEach));
        Assert.InRange(appends.Count(list => list.Value < ListKeys.ValuesEach), 0, 3);
        Assert.Equal(Enumerable.Range(0, appends.Count), appends.Keys.Order());
        Assert.InRange(readsOfFull, 500, 2_000);
    }
}
