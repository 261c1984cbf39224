using System.Text;
using Catena.Protocols.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Search;

public sealed class SearchValuesTests
{
    [Fact]
    public void What_is_stored_is_a_plain_array()
    {
        Assert.Equal("""["x","é日","a\"b"]""", Encoding.UTF8.GetString(SearchValues.Encode(["x", "é日", "a\"b"])));
        Assert.Equal("[]", Encoding.UTF8.GetString(SearchValues.Encode([])));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("""{"a":1}""")]
    [InlineData("""["a",1]""")]
    [InlineData("""["a"] x""")]
    [InlineData("""["\ud800"]""")]
    public void What_another_protocol_has_stored_is_one_text(string value) => Assert.Equal([value], SearchValues.Decode(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void Bytes_that_are_no_text_are_shown_all_the_same() => Assert.Equal(["a\ufffdb"], SearchValues.Decode(new byte[] { (byte)'a', 0xff, (byte)'b' }));

    [Fact]
    public void Any_texts_come_back() => Prop.ForAll<string[]>(values =>
    {
        string[] texts = [.. values.Select(value => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value ?? "")))];
        return SearchValues.Decode(SearchValues.Encode(texts)).SequenceEqual(texts);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_put_is_read()
    {
        Assert.True(SearchPut.TryParse("""{"key": "k\u00e9", "more": 1, "values": ["x", "y"]}"""u8.ToArray(), out var put, out _));
        Assert.Equal("ké", put.Key);
        Assert.Equal(["x", "y"], put.Values);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "the body is to be")]
    [InlineData("{\"values\":[]}", "\"key\" is missing")]
    [InlineData("{\"key\":\"k\"}", "\"values\" is missing")]
    [InlineData("{\"key\":1,\"values\":[]}", "\"key\" is to be")]
    [InlineData("{\"key\":\"\",\"values\":[]}", "\"key\" is to be")]
    [InlineData("{\"key\":\"\\ud800\",\"values\":[]}", "\"key\" is to be")]
    [InlineData("{\"key\":\"k\",\"values\":\"x\"}", "\"values\" is to be")]
    [InlineData("{\"key\":\"k\",\"values\":[1]}", "\"values\" is to be")]
    public void A_put_that_makes_no_sense_is_refused_with_a_reason(string body, string reason)
    {
        Assert.False(SearchPut.TryParse(Encoding.UTF8.GetBytes(body), out _, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll<byte[]>(body =>
    {
        _ = SearchValues.Decode(body);
        return SearchPut.TryParse(body, out var put, out var fault) ? put.Key.Length > 0 : fault.Length > 0;
    }).QuickCheckThrowOnFailure();
}
