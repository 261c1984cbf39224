using Catena.ZooKeeper.Client;

namespace Catena.ZooKeeper.Tests.Client;

public sealed class ConnectStringTests
{
    [Theory]
    [InlineData("a:1,b:2,c:3/x/y", "a:1,b:2,c:3", "/x/y")]
    [InlineData("a", "a:2181", "")]
    [InlineData("a:1/", "a:1", "")]
    [InlineData(" a:1 , b ", "a:1,b:2181", "")]
    [InlineData("[::1]:5,::1,[fe80::2]", "[::1]:5,[::1]:2181,[fe80::2]:2181", "")]
    public void Servers_and_chroot_come_apart(string text, string servers, string chroot)
    {
        var parsed = ConnectString.Parse(text);
        Assert.Equal(servers, string.Join(',', parsed.Servers));
        Assert.Equal(chroot, parsed.Chroot);
        Assert.Equal(parsed.ToString(), ConnectString.Parse(parsed.ToString()).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/x")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:b")]
    [InlineData(":1")]
    [InlineData("a:1/x/")]
    [InlineData("a:1//x")]
    public void Malformed_ones_are_refused(string text) => Assert.Throws<FormatException>(() => ConnectString.Parse(text));
}
