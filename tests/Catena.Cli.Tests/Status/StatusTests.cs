using Catena.Cli.CommandLine;
using Catena.Cli.Status;
using Catena.Cli.Tests.Support;
using Catena.Cli.Up;

namespace Catena.Cli.Tests.Status;

public sealed class StatusTests
{
    private const string Alive =
        """
        {
          "cluster": { "name": "default", "id": "0f8fad5b-d9cb-469f-a165-70867728950e", "state": "alive" },
          "self": "a1",
          "nodes": [
            { "id": "a1", "name": "node-1", "role": "master", "state": "alive", "pid": 4711, "incarnation": "3", "host": "127.0.0.1",
              "addresses": { "redis": "127.0.0.1:7101", "http": "127.0.0.1:7301", "peer": "127.0.0.1:7401" } },
            { "id": "b2", "name": "node-2", "role": "down", "state": "down", "pid": 0, "incarnation": "0", "host": "127.0.0.1", "addresses": {} }
          ],
          "partitions": [
            { "partition": 0, "slots": "0-255", "epoch": 4, "mode": "primary-backup", "members": ["a1", "b2"], "learners": ["c3"],
              "first": "a1", "reader": "a1", "generation": 0, "added later": true },
            { "partition": 1, "slots": "256-300", "epoch": 4, "mode": "primary-backup", "members": ["a1", "b2"], "learners": ["c3"] },
            { "partition": 2, "slots": "301-400", "epoch": 7, "mode": "primary-backup", "members": ["b2"], "learners": [] },
            { "partition": 3, "slots": "401-500", "epoch": null },
            { "partition": 4, "slots": "501-600", "epoch": 4, "mode": "primary-backup", "members": ["a1", "b2"], "learners": ["c3"] }
          ],
          "replicas": [ { "partition": 0, "epoch": 4, "phase": "serving" } ]
        }
        """;

    private static readonly string Dead = Alive.Replace("\"alive\" },\n  \"self", "\"dead\" },\n  \"self", StringComparison.Ordinal);

    [Fact]
    public void Nodes_and_partitions_are_shown_by_name_and_alike_ones_in_one_line()
    {
        using var server = new FakeHttpServer(_ => (200, Alive));

        var result = Support.Cli.Run("status", "--node", server.Address.ToString());

        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Error));
        var lines = result.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains("cluster default: alive (as node-1 sees it)", lines);
        Assert.Contains("node-1 master alive 4711 127.0.0.1:7101 - 127.0.0.1:7301 3 3 0", lines);
        Assert.Contains("node-2 down down - - - - 1 4 0", lines);
        Assert.Contains("4 primary-backup node-1 node-2 c3 0-1, 4", lines);
        Assert.Contains("7 primary-backup node-2 2", lines);
        Assert.Contains("- not placed yet 3", lines);
    }

    [Fact]
    public void Services_have_a_column_where_a_node_has_them()
    {
        var addresses = "\"table\": \"127.0.0.1:7501\", \"text\": \"127.0.0.1:7001\", \"http\"";
        using var server = new FakeHttpServer(_ => (200, Alive.Replace("\"http\"", addresses, StringComparison.Ordinal)));

        var result = Support.Cli.Run("status", "--node", server.Address.ToString());

        var lines = result.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains("node role state pid redis thrift table text http first of member of learner of", lines);
        Assert.Contains("node-1 master alive 4711 127.0.0.1:7101 - 127.0.0.1:7501 127.0.0.1:7001 127.0.0.1:7301 3 3 0", lines);
        Assert.Contains("node-2 down down - - - - - - 1 4 0", lines);
    }

    [Fact]
    public void Json_is_what_the_node_wrote()
    {
        using var server = new FakeHttpServer(_ => (200, Alive));

        Assert.Equal(new CliResult(ExitCode.Ok, Alive + "\n", ""), Support.Cli.Run("status", "--json", "--node", server.Address.ToString()));
    }

    [Fact]
    public void A_dead_cluster_has_an_exit_code_of_its_own_and_a_node_that_sees_it_alive_is_believed()
    {
        using var dead = new FakeHttpServer(_ => (200, Dead));
        using var alive = new FakeHttpServer(_ => (200, Alive));

        var one = Support.Cli.Run("status", "--node", dead.Address.ToString());
        Assert.Equal(ExitCode.ClusterDead, one.Code);
        Assert.Contains("cluster default: dead", one.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, Support.Cli.Run("status", "--node", dead.Address.ToString(), "--node", alive.Address.ToString()).Code);
    }

    [Fact]
    public void Nobody_answering_is_told_in_words_and_in_json()
    {
        using var server = new FakeHttpServer(_ => (200, Alive));
        var address = server.Address.ToString();
        server.Dispose();

        var result = Support.Cli.Run("status", "--node", address);
        Assert.Equal(ExitCode.ClusterDead, result.Code);
        Assert.Contains($"no node answers at {address}", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"dead\"", Support.Cli.Run("status", "--node", address, "--json").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{\"nodes\": 3}")]
    [InlineData("{\"nodes\": null}")]
    public void An_answer_that_is_no_status_is_told(string answer)
    {
        using var server = new FakeHttpServer(_ => (200, answer));

        Assert.Equal(ExitCode.ClusterDead, Support.Cli.Run("status", "--node", server.Address.ToString()).Code);
    }

    [Fact]
    public async Task Readiness_is_what_the_node_says()
    {
        var isReady = false;
        using var server = new FakeHttpServer(
            _ => isReady ? (200, "{\"state\":\"ready\",\"reason\":\"ready\"}") : (503, "{\"state\":\"not ready\",\"reason\":\"a master\"}"));
        using var client = new StatusClient(TimeSpan.FromSeconds(10));

        Assert.Equal("a master", await client.LacksAsync(server.Address, CancellationToken.None));
        isReady = true;
        Assert.Null(await client.LacksAsync(server.Address, CancellationToken.None));
    }

    [Fact]
    public void A_cluster_is_ready_when_the_first_member_of_every_partition_serves_and_has_company_enough_for_writes()
    {
        var one = new StatusDocument
        {
            Cluster = new StatusCluster { State = "alive" },
            Self = "a",
            Partitions =
            [
                new StatusPartition { Partition = 0, Members = ["a", "b"] },
                new StatusPartition { Partition = 1, Members = ["b", "a"] },
            ],
            Replicas = [new StatusReplica { Partition = 0, Phase = "serving" }, new StatusReplica { Partition = 1, Phase = "serving" }],
        };
        var other = one with { Self = "b", Replicas = [new StatusReplica { Partition = 1, Phase = "opening" }] };

        Assert.Equal("the partitions to serve: 1 of 2 do", HttpClusterProbe.Lacks([one, other], 2));
        Assert.Null(HttpClusterProbe.Lacks([one, other with { Replicas = [new StatusReplica { Partition = 1, Phase = "serving" }] }], 2));
        Assert.Equal(
            "members to catch up: 0 of 2 partitions have the 3 that writes need",
            HttpClusterProbe.Lacks([one, other with { Replicas = [new StatusReplica { Partition = 1, Phase = "serving" }] }], 3));
        Assert.Equal("a master", HttpClusterProbe.Lacks([one with { Cluster = new StatusCluster { State = "dead" } }, other], 2));
        Assert.NotNull(HttpClusterProbe.Lacks([one with { Partitions = [] }, other], 2));
        Assert.NotNull(HttpClusterProbe.Lacks([one with { Partitions = [new StatusPartition()] }, other], 2));
    }
}
