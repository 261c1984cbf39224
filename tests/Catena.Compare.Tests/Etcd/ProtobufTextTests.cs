using System.Buffers;
using Catena.Compare.Etcd;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Compare.Tests.Etcd;

public sealed class ProtobufTextTests
{
    [Fact]
    public void What_was_written_is_found_among_other_fields() =>
        Prop.ForAll(Gen.Choose(0, 20_000).ToArbitrary(), Gen.Choose(1, 15).ToArbitrary(), (length, number) =>
        {
            var value = new byte[length];
            value.AsSpan().Fill((byte)number);
            var output = new ArrayBufferWriter<byte>();

            // A number, eight bytes and four of them come first, and another field with a number that is not looked for.
            output.Write((ReadOnlySpan<byte>)[0x78, 0xff, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4, 0x82, 0x01, 1, 0]);
            var before = output.WrittenCount;
            ProtobufText.Write(output, number, value);

            return ProtobufText.SizeOf(length) == output.WrittenCount - before
                && ProtobufText.TryFind(output.WrittenSpan, number, out var found)
                && found.SequenceEqual(value)
                && !ProtobufText.TryFind(output.WrittenSpan[..before], number, out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_a_message_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            try
            {
                return !ProtobufText.TryFind(bytes, 2, out var found) || found.Length <= bytes.Length;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
}
