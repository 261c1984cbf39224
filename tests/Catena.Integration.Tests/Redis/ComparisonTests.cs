namespace Catena.Integration.Tests.Redis;

/// <summary>The tables of cases in <c>Cases</c>, run against redis-server 7 and against a cluster: the replies are the same bytes.</summary>
/// <remarks>
/// A line of a table is a command as one types it into redis-cli; an empty line ends a case, which begins with no keys and with
/// new connections; <c>#</c> begins a comment. <c>@2</c> before a command sends it on a second connection, which goes to
/// another node. <c>&lt;</c> alone reads a further message. Markers that begin with <c>!</c> say how replies are compared
/// (<see cref="Comparison" />), or: <c>!until HEAD</c> repeats the command until the reply begins so, <c>!none</c> reads no reply,
/// <c>!raw "…"</c> sends bytes as they are, <c>!resp2</c> and <c>!resp3</c> keep a case to one version.
/// </remarks>
/// <param name="servers">Both sides.</param>
/// <param name="output">Takes the figures.</param>
public sealed class ComparisonTests(ComparedServers servers, ITestOutputHelper output) : IClassFixture<ComparedServers>
{
    private const int LeastCases = 600;

    /// <summary>The names of the tables.</summary>
    public static TheoryData<string> Files => [.. RedisCase.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Catena_answers_every_case_as_redis_server_does(string file)
    {
        var differences = new List<string>();
        var ran = 0;
        foreach (var one in RedisCase.Read(file))
        {
            foreach (var version in new[] { 2, 3 }.Where(one.AppliesTo))
            {
                ran++;
                var node = ran;
                if (CaseRunner.Run(one, version, _ => servers.RedisPort, connection => servers.CatenaPort(node + connection)) is { } difference)
                {
                    differences.Add(difference);
                }
            }
        }

        output.WriteLine($"{ran} runs of cases");
        Assert.True(differences.Count == 0, $"{differences.Count} of {ran} differ:\n{string.Join('\n', differences)}");
        Assert.True(ran > 0, "there are no cases");
    }

    [Fact]
    public void There_are_hundreds_of_cases() => Assert.InRange(RedisCase.Files.Sum(file => RedisCase.Read(file).Count), LeastCases, int.MaxValue);
}
