using Catena.Core.Primitives;
using Catena.Protocols.Table;
using Catena.Protocols.Tests.Support;
using Google.Protobuf;

namespace Catena.Protocols.Tests.Table;

public sealed class TableFuzzTests
{
    private static readonly string[] Messages =
    [
        "080a100a1a060a016b120176",
        "0814101422056b65792d31",
        "081e101422056b65792d31",
        "0828104630063a016b",
        "0814101422016b580161010203040506070862026162" + "6d01020304",
        "0814101422016b5b0801635b5c645c",
        "080a100a1a030a016b1a0312017622016b2a0176",
        "081410144206" + "0a016b1201764a0408021001" + "22016b",
    ];

    [Fact]
    public void Damaged_messages_are_read_or_refused_without_allocation()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var messages = Damaged(seed, 50_000);
        var read = 0;
        Read(messages[0], ref read);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var message in messages)
        {
            Read(message, ref read);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"seed {seed}: {allocated} bytes");
        Assert.True(read > 1_000, $"seed {seed}: only {read} messages were requests, which tests little");
    }

    [Fact]
    public void Damaged_messages_mean_what_Googles_code_says_that_they_mean()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var same = 0;
        foreach (var message in Damaged(seed, 30_000))
        {
            message_t parsed;
            try
            {
                parsed = message_t.Parser.ParseFrom(message);
            }
            catch (InvalidProtocolBufferException)
            {
                // It also refuses what stands in fields that no request has, so this says nothing.
                continue;
            }
            catch (ArgumentException)
            {
                // A key that is no UTF-8.
                continue;
            }

            var expected = ((int)parsed.Opcode, (int)parsed.CType) switch
            {
                (10, 10) when parsed.Entry is { } entry => $"Put {Latin(entry.Key)} {Bytes.Text(entry.Value.Span)}",
                (20, 20) => $"Get {Latin(parsed.Key)} ",
                (30, 20) => $"Delete {Latin(parsed.Key)} ",
                (40, 70) => "Size  ",
                (50, 70) => "GetKeys  ",
                (60, 70) => "GetTable  ",
                (70, 70) => "Stats  ",
                _ => null,
            };
            if (expected is not null && expected.Contains(Latin("\ufffd"), StringComparison.Ordinal))
            {
                // Bytes that are no UTF-8 were replaced; here they stay as they are.
                continue;
            }

            Assert.True(expected == TableServiceTests.Read(message), $"seed {seed}: {Convert.ToHexStringLower(message)} is '{expected}'");
            same += expected is null ? 0 : 1;
        }

        Assert.True(same > 1_000, $"seed {seed}: only {same} messages were requests, which tests little");
    }

    [Fact]
    public void Requests_are_read_and_answered_without_allocation()
    {
        var put = Convert.FromHexString(Messages[0]);
        var get = Convert.FromHexString(Messages[1]);
        var output = new FixedOutput(4096);
        Answer(put, get, output);
        Answer(put, get, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Answer(put, get, output);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static byte[][] Damaged(ulong seed, int count)
    {
        var random = new Prng(seed);
        byte[][] whole = [.. Messages.Select(Convert.FromHexString)];
        return [.. Enumerable.Range(0, count).Select(_ => random.Chance(0.2)
            ? Mutations.Random(random, "\x08\x0a\x14\x10\x14\x1a\x06\x22\x01k\x12v\x2a\x5b\x5c\x80", 40)
            : Mutations.Mutate(random, whole[random.Next(whole.Length)]))];
    }

    private static string Latin(string text) => Bytes.Text(ByteString.CopyFromUtf8(text).Span);

    private static void Read(byte[] message, ref int read)
    {
        if (TableService.TryReadRequest(message, out var request) && request.Key.Length + request.Value.Length <= message.Length)
        {
            read++;
        }
    }

    private static void Answer(byte[] put, byte[] get, FixedOutput output)
    {
        output.Clear();
        TableService.TryReadRequest(put, out var request);
        TableService.WriteDone(output, request.Opcode);
        TableService.TryReadRequest(get, out request);
        TableService.TryWriteValue(output, request.Key);
        TableService.WriteError(output);
        TableService.WriteSize(output, 1_000_000);
        TableService.WriteStats(output, TableStatsDialect.Default, new TableStats(1, 2, 3));
    }
}
