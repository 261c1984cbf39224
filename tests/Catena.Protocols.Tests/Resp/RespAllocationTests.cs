using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespAllocationTests
{
    [Fact]
    public void A_pipeline_of_gets_and_sets_is_parsed_and_answered_without_allocation()
    {
        var pipeline = Bytes.Of(string.Concat(Enumerable.Repeat(
            "*3\r\n$3\r\nSET\r\n$5\r\nkey-1\r\n$7\r\nvalue-1\r\n*2\r\n$3\r\nget\r\n$5\r\nkey-1\r\n"
            + "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nPX\r\n$3\r\n100\r\nGET k\r\n",
            64)));
        var reader = new RespRequestReader(RespLimits.Default);
        var output = new FixedOutput(1 << 16);
        Assert.Equal(256, Serve(reader, pipeline, output));
        Serve(reader, pipeline, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var served = Serve(reader, pipeline, output);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(256, served);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Every_reply_type_is_written_and_read_without_allocation()
    {
        var output = new FixedOutput(1 << 12);
        var reader = new RespReplyReader(RespLimits.Default);
        WriteAndRead(output, reader);
        WriteAndRead(output, reader);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var elements = WriteAndRead(output, reader);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(12, elements);
        Assert.Equal(0, allocated);
    }

    private static int Serve(RespRequestReader reader, ReadOnlySpan<byte> received, FixedOutput output)
    {
        output.Clear();
        var writer = new RespWriter(output, RespVersion.Resp3);
        var served = 0;
        while (reader.Read(received, out var request, out var consumed) == ReadStatus.Complete)
        {
            var command = RedisCommandTable.Find(request[0])!;
            if (command.Id == RedisCommandId.Get)
            {
                writer.WriteBulk(request[command.KeysOf(request.Count)[0]]);
            }
            else if (SetOptions.TryParse(request, out _, out var error))
            {
                writer.WriteOk();
            }
            else
            {
                writer.WriteError(error);
            }

            served++;
            received = received[consumed..];
        }

        return served;
    }

    private static long WriteAndRead(FixedOutput output, RespReplyReader reader)
    {
        output.Clear();
        var writer = new RespWriter(output, RespVersion.Resp3);
        writer.WriteArrayHeader(12);
        writer.WriteOk();
        writer.WriteError(RespErrors.Syntax);
        writer.WriteInteger(long.MinValue);
        writer.WriteBulk("value"u8);
        writer.WriteBulk(1234567L);
        writer.WriteNull();
        writer.WriteBoolean(true);
        writer.WriteDouble(1.25);
        writer.WriteBigNumber("123"u8);
        writer.WriteVerbatim("txt"u8, "hello"u8);
        writer.WriteSetHeader(0);
        writer.WriteMapHeader(1);
        writer.WriteSimpleString("a"u8);
        writer.WriteInteger(1);
        var elements = 0L;
        if (reader.Read(output.Written, out var reply, out _) != ReadStatus.Complete)
        {
            return 0;
        }

        foreach (var element in reply)
        {
            elements += element.IsNull ? 1 : element.Bytes.Length < 100 ? 1 : 0;
        }

        return elements;
    }
}
