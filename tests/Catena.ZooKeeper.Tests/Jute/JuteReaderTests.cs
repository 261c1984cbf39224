using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Tests.Jute;

public sealed class JuteReaderTests
{
    [Fact]
    public void What_was_written_can_be_read()
    {
        var writer = new JuteWriter();
        writer.Bool(true);
        writer.Int(-2);
        writer.Long(long.MinValue);
        writer.Buffer([1, 2, 3]);
        writer.String("é");
        writer.Strings(["a", "", "b"]);
        var reader = new JuteReader(writer.Written);
        Assert.True(reader.ReadBool());
        Assert.Equal(-2, reader.ReadInt());
        Assert.Equal(long.MinValue, reader.ReadLong());
        Assert.Equal([1, 2, 3], reader.ReadBuffer().ToArray());
        Assert.Equal("é", reader.ReadString());
        Assert.Equal(["a", "", "b"], reader.ReadStrings());
        Assert.True(reader.IsValid);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void Null_reads_as_empty()
    {
        var writer = new JuteWriter();
        for (var i = 0; i < 3; i++)
        {
            writer.Int(-1);
        }

        var reader = new JuteReader(writer.Written);
        Assert.Empty(reader.ReadBuffer().ToArray());
        Assert.Empty(reader.ReadString());
        Assert.Empty(reader.ReadStrings());
        Assert.True(reader.IsValid);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    public void A_length_that_does_not_fit_makes_the_reader_invalid_for_good(int length)
    {
        var writer = new JuteWriter();
        writer.Int(length);
        writer.Raw([1, 2, 3]);
        var buffer = new JuteReader(writer.Written);
        Assert.Empty(buffer.ReadBuffer().ToArray());
        Assert.False(buffer.IsValid);
        Assert.Equal(0, buffer.ReadInt());
        Assert.False(buffer.IsValid);
        var strings = new JuteReader(writer.Written);
        Assert.Empty(strings.ReadStrings());
        Assert.False(strings.IsValid);
    }

    [Fact]
    public void A_frame_gets_its_length_when_it_ends()
    {
        var writer = new JuteWriter();
        writer.Int(7);
        var start = writer.BeginFrame();
        writer.Int(1);
        writer.Bool(false);
        writer.EndFrame(start);
        Assert.Equal([0, 0, 0, 7, 0, 0, 0, 5, 0, 0, 0, 1, 0], writer.Written.ToArray());
    }
}
