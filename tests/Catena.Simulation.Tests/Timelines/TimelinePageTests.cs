using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Catena.Core.Primitives;
using Catena.Simulation.Faults;
using Catena.Simulation.Reference;
using Catena.Simulation.Running;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Running;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Tests.Timelines;

/// <summary>The page that shows a seed: whole, by itself, and true to what happened.</summary>
public sealed class TimelinePageTests
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void A_page_is_well_formed_needs_nothing_else_and_shows_all_there_is()
    {
        var timeline = new Timeline();
        var result = Simulation.Running.Simulation.Run(new SimulationOptions(3, SystemCatalog.Modes["primary-backup"]) { Length = 5 * Duration.Second, Timeline = timeline });
        var (page, data) = Read(timeline, result);

        Assert.Equal("eng/sim <3>", page.Descendants(Html + "code").Single().Value);
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        string[] parts = ["filters", "partitions", "kinds", "board", "chart", "tip", "data"];
        Assert.Subset(page.Descendants().Attributes("id").Select(id => id.Value).ToHashSet(), parts.ToHashSet());
        Assert.NotEmpty(data.GetProperty("nodes").EnumerateArray());
        Assert.Equal(result.History.Count, data.GetProperty("operations").GetArrayLength());
        Assert.Equal(result.Faults, data.GetProperty("faults").GetArrayLength());
        Assert.NotEmpty(data.GetProperty("messages").EnumerateArray());
        Assert.Contains(data.GetProperty("roles").EnumerateArray(), role => role[4].GetString() == "Serving");
        Assert.Contains(data.GetProperty("marks").EnumerateArray(), mark => mark[2].GetString() == "the controller");
        Assert.All(data.GetProperty("messages").EnumerateArray(), message => Assert.True(message[2].GetDouble() <= message[3].GetDouble()));
        Assert.All(data.GetProperty("roles").EnumerateArray(), role => Assert.True(role[2].GetDouble() <= role[3].GetDouble()));
    }

    [Fact]
    public void Keeping_a_timeline_changes_nothing()
    {
        var options = new SimulationOptions(4, SystemCatalog.Modes["primary-backup"]) { Length = 5 * Duration.Second };
        Assert.Equal(
            Simulation.Running.Simulation.Run(options).Unseed,
            Simulation.Running.Simulation.Run(options with { Timeline = new Timeline() }).Unseed);
    }

    [Fact]
    public void Of_many_messages_some_are_shown_but_all_of_a_rare_kind()
    {
        var timeline = new Timeline();
        for (var number = 0; number < 5 * TimelinePage.MostMessages; number++)
        {
            timeline.Transfer(new NodeId(1), new NodeId(2), number, number + 1, number % 10_000 == 0 ? 'x' : "frequent");
        }

        var (_, data) = Read(timeline, new SimulationResult(1, 1, Duration.Second, 1, 0, [], []));
        var kinds = data.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()).ToList();
        var shown = data.GetProperty("messages").EnumerateArray().Select(message => kinds[message[4].GetInt32()]).ToList();
        Assert.InRange(shown.Count, TimelinePage.MostMessages / 2, TimelinePage.MostMessages + 10);
        Assert.Equal(6, shown.Count(kind => kind == nameof(Char)));
        Assert.Equal(5 * TimelinePage.MostMessages, data.GetProperty("messagesInAll").GetInt32());
    }

    [Fact]
    public void A_seed_that_fails_leaves_its_trace_and_its_timeline()
    {
        var directory = Directory.CreateTempSubdirectory("catena-sim-");
        try
        {
            using var output = new StringWriter();
            var evidence = new FailureEvidence(directory, "broken", "eng/sim --mode broken", Broken);
            var runner = new SeedRunner(output, TextWriter.Null, progressRewrites: false) { Failed = evidence.Write };
            Assert.Equal(1, runner.Run("eng/sim --mode broken", 1, 7, twice: false, Broken));
            var path = Path.Combine(directory.FullName, "broken-7");
            Assert.Contains($"trace: {path}.txt", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("VIOLATION progress", File.ReadAllText(path + ".txt"), StringComparison.Ordinal);
            var page = XDocument.Load(path + ".html");
            Assert.StartsWith("[", page.Descendants(Html + "pre").Single().Value, StringComparison.Ordinal);
            Assert.Equal("eng/sim --mode broken --seeds 1 --start 7 --trace", page.Descendants(Html + "code").Single().Value);
            Assert.Equal("progress", DataOf(page).GetProperty("violations")[0][1].GetString());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static SimulationOptions Broken(ulong seed) =>
        new(seed, context => new ReferenceSystem(context, node => new SilentServer(node))) { Faults = FaultProfile.None, ProgressLimit = Duration.Second };

    private static (XDocument Page, JsonElement Data) Read(Timeline timeline, SimulationResult result)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        TimelinePage.Write(writer, timeline, result, FormattableString.Invariant($"eng/sim <{result.Seed}>"));
        var page = XDocument.Parse(writer.ToString());
        return (page, DataOf(page));
    }

    private static JsonElement DataOf(XDocument page) =>
        JsonDocument.Parse(page.Descendants(Html + "script").Single(script => script.Attribute("id")?.Value == "data").Value).RootElement;
}
