using Catena.Cli.Shell;

namespace Catena.Cli.Tests.Shell;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("abc{Enter}", "abc")]
    [InlineData("ac{LeftArrow}b{Enter}", "abc")]
    [InlineData("bc{Home}a{End}d{Enter}", "abcd")]
    [InlineData("bc{^A}a{^E}d{Enter}", "abcd")]
    [InlineData("abc{Home}{RightArrow}{^K}{Enter}", "a")]
    [InlineData("abc{LeftArrow}{^U}{Enter}", "c")]
    [InlineData("get abc  {^W}x{Enter}", "get x")]
    [InlineData("abc{Backspace}{^H}{Enter}", "a")]
    [InlineData("abc{Home}{Delete}{^D}{Enter}", "c")]
    [InlineData("a{LeftArrow}{LeftArrow}{RightArrow}{RightArrow}{Delete}b{Home}{Backspace}{Enter}", "ab")]
    [InlineData("a\U0001F600{LeftArrow}{Delete}b{Enter}", "ab")]
    [InlineData("a\U0001F600{Backspace}b{Enter}", "ab")]
    [InlineData("abc{^L}d{Enter}", "abcd")]
    [InlineData("abc{^C}", "")]
    [InlineData("{^D}", null)]
    [InlineData("abc", null)]
    public void Keys_edit_the_line(string keys, string? line) =>
        Assert.Equal(line, new LineEditor(new FakeTerminal(keys), new ShellHistory(null, 10), new FakeCompleter()).ReadLine("> "));

    [Fact]
    public void A_line_that_is_longer_than_the_terminal_is_shown_around_the_cursor()
    {
        var terminal = new FakeTerminal(new string('a', 100) + "z{Enter}");

        Assert.Equal(101, new LineEditor(terminal, new ShellHistory(null, 10), new FakeCompleter()).ReadLine("> ")!.Length);

        Assert.Contains("az\e[K", terminal.Written, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('a', 40), terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrows_go_through_earlier_lines_and_back_to_the_unfinished_one()
    {
        var history = new ShellHistory(null, 10);
        var editor = new LineEditor(
            new FakeTerminal("one{Enter}two{Enter}x{UpArrow}{UpArrow}{UpArrow}{Enter}y{^P}{^P}{DownArrow}{^N}{DownArrow}z{Enter}{UpArrow}!{Enter}"), history, new FakeCompleter());

        string[] lines = [.. Enumerable.Range(0, 5).Select(_ => editor.ReadLine("> ")!)];

        Assert.Equal(["one", "two", "one", "yz", "yz!"], lines);
        Assert.Equal(lines, history.Lines);
    }

    [Fact]
    public void Tab_completes_as_far_as_words_agree_and_lists_them_then()
    {
        var terminal = new FakeTerminal("g{Tab}{Tab}t{Tab}key{Enter}");

        Assert.Equal("gett key", new LineEditor(terminal, new ShellHistory(null, 10), new FakeCompleter("getk", "gett", "put")).ReadLine("> "));

        Assert.Contains("\ngetk  gett\n", terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_kept_in_a_file_of_a_bounded_size_that_only_its_owner_reads()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "history");
        var first = new ShellHistory(file, 3);
        foreach (var line in new[] { "a", "b", "b", " ", "c", "d", "e" })
        {
            first.Add(line);
        }

        Assert.Equal(["c", "d", "e"], first.Lines);
        Assert.Equal(["c", "d", "e"], new ShellHistory(file, 3).Lines);
        Assert.Equal(3, File.ReadAllLines(file).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        Assert.NotNull(new ShellHistory(directory.Path, 3).Problem ?? Written(new ShellHistory(directory.Path, 3)));
    }

    /// <summary>A directory cannot be written: that is told, and the lines are there all the same.</summary>
    private static string? Written(ShellHistory history)
    {
        history.Add("a");
        Assert.Equal(["a"], history.Lines);
        return history.Problem;
    }
}
