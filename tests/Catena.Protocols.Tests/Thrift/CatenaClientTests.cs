using System.Buffers;
using Catena.Protocols.Thrift;

namespace Catena.Protocols.Tests.Thrift;

/// <summary>The client's side of the codec against the server's, which is held to the bytes of Thrift's own library.</summary>
public sealed class CatenaClientTests
{
    [Fact]
    public void What_a_client_calls_is_what_the_server_reads()
    {
        var request = CatenaRequest.OfTable(CatenaMethod.TablePut, "t", "k"u8);
        request.Bytes(3, "v"u8);
        request.Struct(4);
        request.Bool(1, true);
        request.Int64(5, 7);
        request.Stop();

        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadTableCall(Frame(request), out var header, out var put));
        Assert.Equal((CatenaMethod.TablePut, 9), (header.Method, header.SequenceId));
        Assert.True(put.Table.SequenceEqual("t"u8) && put.Key.SequenceEqual("k"u8) && put.Value.SequenceEqual("v"u8));
        Assert.True(put.Options.IfAbsent);
        Assert.Equal(7, put.Options.TimeToLive);

        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(Frame(CatenaRequest.Begin(true, "old"u8)), out var begin));
        Assert.True(begin.IsLocking && begin.Transaction.SequenceEqual("old"u8));

        var scan = CatenaRequest.OfTransaction(CatenaMethod.TransactionScan, "handle"u8);
        scan.AddRange("{t}a"u8, "{t}m"u8, 5);
        Assert.Equal(KeyValueCallStatus.Call, CatenaService.ReadCall(Frame(scan), out var scanned));
        Assert.True(scanned.Transaction.SequenceEqual("handle"u8) && scanned.Key.SequenceEqual("{t}a"u8) && scanned.EndKey.SequenceEqual("{t}m"u8));
        Assert.Equal(5, scanned.Limit);
    }

    [Fact]
    public void What_the_server_answers_is_what_a_client_reads()
    {
        var output = new ArrayBufferWriter<byte>();
        CatenaService.WriteValueReply(output, CatenaMethod.TableGet, 9, true, default, new byte[CatenaService.VersionBytes]);
        Assert.True(CatenaReply.TryRead(Body(output), CatenaMethod.TableGet, out var reply));
        Assert.Equal(9, reply.SequenceId);
        Assert.True(reply.TryReadValue(out var value));
        Assert.Equal((0, CatenaService.VersionBytes), (value!.Value.Length, value.Version.Length));
        Assert.False(reply.TryReadNumber(out _));
        Assert.False(CatenaReply.TryRead(Body(output), CatenaMethod.TableGetMany, out _));

        output.ResetWrittenCount();
        CatenaService.WriteException(output, CatenaMethod.TableGet, 9, CatenaException.Unavailable, "why"u8);
        Assert.True(CatenaReply.TryRead(Body(output), CatenaMethod.TableGet, out reply));
        Assert.Equal(CatenaException.Unavailable, reply.Exception);
        Assert.Equal("why"u8, reply.Message);

        output.ResetWrittenCount();
        ThriftException.Write(output, "tableGet"u8, 9, ThriftExceptionType.InternalError, "why"u8);
        Assert.True(CatenaReply.TryRead(Body(output), CatenaMethod.TableGet, out reply));
        Assert.True(reply.IsApplicationException);
        Assert.Equal("why"u8, reply.Message);
    }

    [Fact]
    public void A_page_is_read_and_no_damaged_one_throws()
    {
        var page = new CatenaScanReply(CatenaMethod.TableScan, 100);
        Assert.True(page.TryAdd("a"u8, "1"u8, new byte[CatenaService.VersionBytes], 77));
        Assert.True(page.TryAdd("b"u8, default));
        var output = new ArrayBufferWriter<byte>();
        page.Write(output, 9, "next"u8);
        var frame = Body(output);

        Assert.True(CatenaReply.TryRead(frame, CatenaMethod.TableScan, out var reply));
        Assert.True(reply.TryReadPage(out var read));
        Assert.Equal([77, 0], read.Entries.Select(entry => entry.ExpiresAt));
        Assert.Equal("next"u8, read.NextKey.Span);
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.False(CatenaReply.TryRead(frame.AsSpan(0, length), CatenaMethod.TableScan, out _));
        }

        for (var index = 0; index < frame.Length * 8; index++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[index / 8] ^= (byte)(1 << (index % 8));
            if (CatenaReply.TryRead(damaged, CatenaMethod.TableScan, out var other))
            {
                other.TryReadPage(out _);
                other.TryReadMap(out _);
                other.TryReadValue(out _);
            }
        }
    }

    private static byte[] Frame(CatenaRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Write(output, 9);
        return Body(output);
    }

    private static byte[] Body(ArrayBufferWriter<byte> output)
    {
        Assert.Equal(ReadStatus.Complete, ThriftFrame.Read(output.WrittenSpan, ThriftFrame.DefaultMaxBytes, out var frame, out _));
        return frame.ToArray();
    }
}
