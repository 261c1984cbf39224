using Catena.Core.Primitives;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Client;

public sealed class ClientFuzzTests
{
    private const ulong Seed = 987654321;
    private const int Garbage = 120;

    [Fact]
    public async Task Whatever_servers_say_requests_end_and_the_client_finds_its_way_back()
    {
        await using var server = new ScriptedServer(async (connection, number) =>
        {
            await connection.GreetAsync();
            if (number >= Garbage)
            {
                await connection.ServeAsync();
            }

            var random = new Prng(Seed + (ulong)number);
            var request = await connection.RequestAsync();
            await connection.SendBytesAsync(ParserFuzzTests.Mutate(random, Answers(request.Xid)));
        });
        await using var client = await ZooKeeperClientTests.ConnectAsync(server.ConnectString);
        var rounds = 0;
        while (server.Accepted <= Garbage)
        {
            await Try(client.WaitForConnectedAsync());
            await Try((rounds++ % 3) switch
            {
                0 => client.GetDataAsync("/a", _ => { }),
                1 => client.MultiAsync([new CreateOp("/a", default)]),
                _ => (Task)client.GetChildrenAsync("/a", _ => { }),
            });
            Assert.True(client.State is SessionState.Connected or SessionState.Disconnected, $"seed {Seed}: {client.State}");
        }

        await client.WaitForConnectedAsync().Soon();
        Assert.NotNull(await client.ExistsAsync("/a").Soon());
    }

    private static async Task Try(Task request)
    {
        try
        {
            await request.Soon();
        }
        catch (ZooKeeperException)
        {
            // Refused or lost: either is an end.
        }
    }

    private static byte[] Answers(int xid)
    {
        var writer = new JuteWriter();
        var start = writer.BeginFrame();
        new ReplyHeader(SpecialXid.WatchEvent, -1, ErrorCode.Ok).Write(writer);
        new WatchedEvent(WatchedEventType.NodeCreated, "/a").Write(writer);
        writer.EndFrame(start);
        start = writer.BeginFrame();
        new ReplyHeader(xid, 1, ErrorCode.Ok).Write(writer);
        MultiCodec.WriteResponse(writer, [OpCode.Create2], [new OpResult(ErrorCode.Ok, "/a", default(Stat))]);
        writer.EndFrame(start);
        return writer.Written.ToArray();
    }
}
