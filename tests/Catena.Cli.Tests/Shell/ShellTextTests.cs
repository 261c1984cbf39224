using System.Text;
using Catena.Cli.Shell;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Cli.Tests.Shell;

public sealed class ShellTextTests
{
    [Theory]
    [InlineData("get a", "get|a")]
    [InlineData("  put\ta   b ", "put|a|b")]
    [InlineData("put 'a b' \"c d\"", "put|a b|c d")]
    [InlineData("put a\\ b c'd'\"e\"", "put|a b|cde")]
    [InlineData("put '' \"\"", "put||")]
    [InlineData("put 'a\\n' \"\\\"\"", "put|a\\n|\"")]
    [InlineData("get a # b", "get|a")]
    [InlineData("get a#b", "get|a#b")]
    [InlineData("get '#a' \"'\"", "get|#a|'")]
    [InlineData("# nothing", "")]
    [InlineData("get ключ", "get|ключ")]
    [InlineData("get \U0001F600\\\U0001F600", "get|\U0001F600\U0001F600")]
    public void Lines_are_divided_into_words(string line, string words)
    {
        Assert.True(ShellLine.TryParse(line, out var read, out _));
        Assert.Equal(words, string.Join('|', read.Select(word => word.Text)));
    }

    [Fact]
    public void Escapes_make_any_byte()
    {
        Assert.True(ShellLine.TryParse("\\x00\\xfF\\n\\t \"\\r\\0\\\\\"", out var words, out _));

        Assert.Equal("00FF0A09", Convert.ToHexString(words[0].Bytes));
        Assert.Equal("0D005C", Convert.ToHexString(words[1].Bytes));
        Assert.All(words, word => Assert.False(word.IsPlain));
    }

    [Theory]
    [InlineData("get 'a", "not closed")]
    [InlineData("get \"a", "not closed")]
    [InlineData("get a\\", "backslash")]
    [InlineData("get \\xg0", "hexadecimal")]
    [InlineData("get \\x1", "hexadecimal")]
    [InlineData("get \\q", "no escape")]
    public void A_line_that_makes_no_sense_is_refused(string line, string problem)
    {
        Assert.False(ShellLine.TryParse(line, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("", "\"\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("(nil)", "\"(nil)\"")]
    [InlineData("#a", "\"#a\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("say \"x\\y\"", "\"say \\\"x\\\\y\\\"\"")]
    [InlineData("a\n\t\r\u001b", "\"a\\n\\t\\r\\x1b\"")]
    [InlineData("ключ", "ключ")]
    [InlineData("\u202e", "\"\\xe2\\x80\\xae\"")]
    public void What_would_mean_something_else_is_quoted(string text, string word) => Assert.Equal(word, ShellText.Word(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_is_shown_can_be_pasted_back() => Prop.ForAll<byte[]>(bytes =>
    {
        var isRead = ShellLine.TryParse($"get {ShellText.Word(bytes)} end", out var words, out _);
        return isRead && words.Count == 3 && words[1].Bytes.AsSpan().SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", 0, "")]
    [InlineData("ge", 0, "ge")]
    [InlineData("get ", 4, "")]
    [InlineData("get a", 4, "a")]
    [InlineData("get 'a b", 4, "a b")]
    [InlineData("get 'a b' c", 10, "c")]
    [InlineData("get 'a ", 4, "a ")]
    public void The_word_that_is_being_typed_is_the_last(string typed, int start, string word)
    {
        var last = ShellLine.ParseTyped(typed)[^1];

        Assert.Equal(start, last.Start);
        Assert.Equal(word, last.Text);
    }
}
