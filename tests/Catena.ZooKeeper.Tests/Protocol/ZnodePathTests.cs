using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tests.Protocol;

public sealed class ZnodePathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("/a/b.c/..d/é/a b")]
    public void Well_formed_paths_have_no_fault(string path) => Assert.Null(ZnodePath.Fault(path));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a/")]
    [InlineData("//")]
    [InlineData("/a//b")]
    [InlineData("/a/./b")]
    [InlineData("/..")]
    [InlineData("/a\0")]
    [InlineData("/a\u001f")]
    [InlineData("/a\u007f")]
    [InlineData("/\ue000")]
    [InlineData("/\ufff0")]
    public void Malformed_paths_have_one(string path) => Assert.NotNull(ZnodePath.Fault(path));

    [Fact]
    public void A_path_comes_apart_and_together_again()
    {
        Assert.Equal(("/", "a"), (ZnodePath.Parent("/a"), ZnodePath.Name("/a")));
        Assert.Equal(("/a", "b"), (ZnodePath.Parent("/a/b"), ZnodePath.Name("/a/b")));
        Assert.Equal("/", ZnodePath.Parent("/"));
        Assert.Equal(("/a", "/a/b"), (ZnodePath.Child("/", "a"), ZnodePath.Child("/a", "b")));
    }
}
