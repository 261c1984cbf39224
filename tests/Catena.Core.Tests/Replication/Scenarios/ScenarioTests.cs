namespace Catena.Core.Tests.Replication.Scenarios;

/// <summary>The scenarios of the folder Scenarios, each compared with the output that stands in it.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(ScenarioFile.Directory, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_goes_as_written(string name)
    {
        var path = Path.Combine(ScenarioFile.Directory, name + ".txt");
        var expected = File.ReadAllText(path);
        var actual = ScenarioFile.Replay(expected, new ScenarioRunner().Run);
        if (ScenarioFile.IsRewriting)
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_scenario_whose_output_differs_is_seen() =>
        Assert.NotEqual("start 2\n----\nnothing\n", ScenarioFile.Replay("start 2\n----\nnothing\n", new ScenarioRunner().Run));
}
