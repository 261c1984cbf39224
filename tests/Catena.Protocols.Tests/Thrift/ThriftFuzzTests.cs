using Catena.Core.Primitives;
using Catena.Protocols.Tests.Support;
using Catena.Protocols.Thrift;

namespace Catena.Protocols.Tests.Thrift;

public sealed class ThriftFuzzTests
{
    private static readonly string[] Frames =
    [
        "8001000100000003676574000000070b0001000000056b65792d3100",
        "8001000100000003707574000000070b0001000000056b65792d310b0002000000017600",
        "8001000100000003676574000000070d0005080f00000001000000010b0000000100000001610c000904000100000000000000000000",
        "800100020000000464756d70000000070d00000b0b00000002000000016100000001310000000262620000000000",
        "8001000300000003666f6f000000070b000100000014556e6b6e6f776e2066756e6374696f6e20666f6f0800020000000100",
    ];

    [Fact]
    public void Damaged_frames_are_read_or_refused_without_allocation()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        var read = 0;
        byte[][] whole = [.. Frames.Select(Convert.FromHexString), .. CatenaServiceTests.Calls];
        var frames = Enumerable.Range(0, 50_000).Select(_ => random.Chance(0.2)
            ? Mutations.Random(random, "\x80\x01\0\0\0\x03get\x0b\x0c\x0d\x0f\x02", 60)
            : Mutations.Mutate(random, whole[random.Next(whole.Length)])).ToArray();

        // Once before it counts: what the runtime keeps for code that runs for the first time may be allocated by whoever runs it.
        ReadAll(frames, ref read);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(frames, ref read);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"seed {seed}: {allocated} bytes");
        Assert.True(read > 2_000, $"seed {seed}: only {read} frames were readable, which tests little");
    }

    [Fact]
    public void Calls_are_read_and_answered_without_allocation()
    {
        var get = Convert.FromHexString(Frames[0]);
        var put = Convert.FromHexString(Frames[1]);
        var step = CatenaServiceTests.Calls.ElementAt(3);
        var output = new FixedOutput(4096);
        Answer(get, put, step, output);
        Answer(get, put, step, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Answer(get, put, step, output);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static void ReadAll(byte[][] frames, ref int read)
    {
        foreach (var frame in frames)
        {
            Read(frame, ref read);
        }
    }

    private static void Read(byte[] frame, ref int read)
    {
        if (KeyValueService.ReadCall(frame, out var call) == KeyValueCallStatus.Call && call.Key.Length + call.Value.Length <= frame.Length)
        {
            read++;
        }

        if (CatenaService.ReadCall(frame, out var step) == KeyValueCallStatus.Call
            && step.Transaction.Length + step.Key.Length + step.Value.Length + step.EndKey.Length <= frame.Length)
        {
            read++;
        }

        if (KeyValueService.TryReadReply(frame, out var reply))
        {
            var entries = reply.Entries;
            var count = 0;
            while (entries.MoveNext())
            {
                count++;
            }

            read += count == reply.EntryCount ? 1 : throw new InvalidOperationException("The entries of a checked reply are all there.");
        }
    }

    private static void Answer(byte[] get, byte[] put, byte[] step, FixedOutput output)
    {
        output.Clear();
        KeyValueService.ReadCall(get, out var call);
        KeyValueService.WriteGetReply(output, call.SequenceId, call.Key);
        KeyValueService.ReadCall(put, out call);
        KeyValueService.WriteVoidReply(output, call.Method, call.SequenceId);
        CatenaService.ReadCall(step, out var read);
        CatenaService.WriteVoidReply(output, read.Method, read.SequenceId);
        CatenaService.WriteValueReply(output, read.Method, read.SequenceId, true, read.Value);
    }
}
