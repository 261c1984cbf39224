using System.Globalization;
using System.Text;
using System.Text.Json;
using Catena.Core.Primitives;
using Catena.Protocols.Search;

namespace Catena.Protocols.Tests.Search;

/// <summary>What is printed is what Python prints; Python itself is asked.</summary>
public sealed class PythonListTests
{
    /// <summary>
    /// Reads lines of a list in JSON, a tab and the same list as it was printed here, and prints those on which it does not agree. Characters that this Python's Unicode does not have are passed over:
    /// it escapes what a later one prints. Those that .NET's does not have are not asked about for the same reason.
    /// </summary>
    private const string Judge = """
        import json, sys, unicodedata
        read = 0
        for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
            values, printed = line.rstrip("\n").split("\t", 1)
            values = json.loads(values)
            read += 1
            if any(unicodedata.category(c) == "Cn" for value in values for c in value):
                continue
            if repr(values) != printed:
                print("expected", ascii(repr(values)), "and got", ascii(printed))
        print("read", read)
        """;

    [Theory]
    [InlineData("[]")]
    [InlineData("['x', 'y']", "x", "y")]
    [InlineData("['']", "")]
    [InlineData("[\"it's\"]", "it's")]
    [InlineData("['say \"a\"']", "say \"a\"")]
    [InlineData("['both \\' and \"']", "both ' and \"")]
    [InlineData("['a\\\\b\\tc\\nd\\re\\x00\\x1f\\x7f']", "a\\b\tc\nd\re\0\u001f\u007f")]
    [InlineData("['é', '\\xa0', '\\xad', '\\u2028', '日本', '😀', '\\U000e0001', '\\ue000']", "é", "\u00a0", "\u00ad", "\u2028", "日本", "😀", "\U000e0001", "\ue000")]
    [InlineData("['\\ufffe', '\\U0010ffff']", "\ufffe", "\U0010ffff")]
    public void A_list_is_printed_as_Python_does(string printed, params string[] values) => Assert.Equal(printed, PythonList.Print(values));

    [Fact]
    public async Task Python_prints_every_character_alike()
    {
        var lists = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value))
            .Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned).Select(rune => rune.ToString()).Chunk(1).Concat(Mixed());
        using var directory = new TemporaryDirectory();
        var count = 0;
        await using (var file = new StreamWriter(directory["lists"], append: false, new UTF8Encoding(false)))
        {
            foreach (var values in lists)
            {
                count++;
                await file.WriteAsync($"{JsonSerializer.Serialize(values)}\t{PythonList.Print(values)}\n");
            }
        }

        Assert.Equal($"read {count}", (await Tool.RunAsync("/usr/bin/python3", "-c", Judge, directory["lists"])).Text());
    }

    private static IEnumerable<string[]> Mixed()
    {
        var random = new Prng(unchecked((ulong)Environment.TickCount64));
        const string Letters = "'\"\\ \t\n\rab\0\u007f\u00a0é日\u2028";
        for (var list = 0; list < 5_000; list++)
        {
            yield return [.. Enumerable.Range(0, random.Next(4)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)])))];
        }
    }
}
