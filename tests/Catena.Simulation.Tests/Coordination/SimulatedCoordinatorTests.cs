using Catena.Simulation.Coordination;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Coordination;

public sealed class SimulatedCoordinatorTests
{
    [Fact]
    public void A_compare_and_set_takes_effect_for_one_of_two_that_expect_the_same_version()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (one, _) = bench.Connect(bench.AddNode(1));
        var (two, _) = bench.Connect(bench.AddNode(2));
        bench.Ask(one, new CoordinatorRequest.Create("/p", "0"));
        Assert.Equal(CoordinatorError.Ok, bench.Ask(one, new CoordinatorRequest.SetData("/p", "1", 0)).Error);
        Assert.Equal(CoordinatorError.BadVersion, bench.Ask(two, new CoordinatorRequest.SetData("/p", "2", 0)).Error);
        Assert.Equal("1", bench.Coordinator.Tree["/p"].Data);
    }

    [Fact]
    public void A_coordinator_without_compare_and_set_lets_both_take_effect()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        bench.Coordinator.IgnoresVersions = true;
        var (one, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(one, new CoordinatorRequest.Create("/p", "0"));
        Assert.Equal(CoordinatorError.Ok, bench.Ask(one, new CoordinatorRequest.SetData("/p", "1", 0)).Error);
        Assert.Equal(CoordinatorError.Ok, bench.Ask(one, new CoordinatorRequest.SetData("/p", "2", 0)).Error);
    }

    [Fact]
    public void A_multi_takes_effect_wholly_or_not_at_all()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (session, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(session, new CoordinatorRequest.Create("/a", "0"));
        CoordinatorRequest[] parts = [new CoordinatorRequest.SetData("/a", "1", 0), new CoordinatorRequest.Check("/b", -1)];
        var failed = bench.Ask(session, new CoordinatorRequest.Multi(parts));
        Assert.Equal((CoordinatorError.NoNode, 1), (failed.Error, failed.FailedPart));
        Assert.Equal("0", bench.Coordinator.Tree["/a"].Data);
        parts[1] = new CoordinatorRequest.Create("/b", "");
        Assert.Equal(CoordinatorError.Ok, bench.Ask(session, new CoordinatorRequest.Multi(parts)).Error);
        Assert.Equal("1", bench.Coordinator.Tree["/a"].Data);
    }

    [Fact]
    public void Sequential_names_grow_and_znodes_with_children_cannot_be_deleted()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (session, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(session, new CoordinatorRequest.Create("/e", ""));
        Assert.Equal("/e/n0000000000", bench.Ask(session, new CoordinatorRequest.Create("/e/n", "", Sequential: true)).Path);
        Assert.Equal("/e/n0000000001", bench.Ask(session, new CoordinatorRequest.Create("/e/n", "", Ephemeral: true, Sequential: true)).Path);
        Assert.Equal(["n0000000000", "n0000000001"], bench.Ask(session, new CoordinatorRequest.GetChildren("/e")).Children!);
        Assert.Equal(CoordinatorError.NotEmpty, bench.Ask(session, new CoordinatorRequest.Delete("/e", -1)).Error);
        Assert.Equal(CoordinatorError.NoChildrenForEphemerals, bench.Ask(session, new CoordinatorRequest.Create("/e/n0000000001/x", "")).Error);
    }

    [Fact]
    public void A_session_sees_its_own_writes_and_never_goes_back_while_others_may_read_what_is_old()
    {
        var stale = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var bench = new CoordinatorBench(CoordinatorProfile.Calm with { MaxLag = Duration.Second }, seed);
            var (writer, _) = bench.Connect(bench.AddNode(1));
            var (reader, _) = bench.Connect(bench.AddNode(2));
            bench.Ask(writer, new CoordinatorRequest.Create("/p", "0"));
            var last = -1;
            for (var version = 0; version < 10; version++)
            {
                bench.Ask(writer, new CoordinatorRequest.SetData("/p", "x", version));
                Assert.Equal(version + 1, bench.Ask(writer, new CoordinatorRequest.GetData("/p")).Version);
                var read = bench.Ask(reader, new CoordinatorRequest.GetData("/p"));
                var seen = read.Error == CoordinatorError.Ok ? read.Version : -1;
                Assert.True(seen >= last, $"seed {seed}: {seen} after {last}");
                last = seen;
                stale += seen < version + 1 ? 1 : 0;
            }

            bench.Ask(reader, new CoordinatorRequest.Sync());
            Assert.Equal(10, bench.Ask(reader, new CoordinatorRequest.GetData("/p")).Version);
        }

        Assert.True(stale > 0);
    }

    [Fact]
    public void A_write_whose_reply_is_lost_may_have_taken_effect()
    {
        var tookEffect = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var bench = new CoordinatorBench(CoordinatorProfile.Calm with { LostReplies = 0.5, LostRequests = 0.3 }, seed);
            var (session, owner) = bench.Connect(bench.AddNode(1));
            var reply = bench.Ask(session, new CoordinatorRequest.Create("/p", ""));
            if (reply.Error == CoordinatorError.ConnectionLost)
            {
                tookEffect += bench.Coordinator.Tree.ContainsKey("/p") ? 1 : 0;
                Assert.Contains("Disconnected", owner.Told);
            }
        }

        Assert.InRange(tookEffect, 1, 19);
    }

    [Fact]
    public void The_session_of_a_paused_node_ends_and_it_hears_of_it_when_it_resumes()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var node = bench.AddNode(1);
        var (session, owner) = bench.Connect(node);
        bench.Ask(session, new CoordinatorRequest.Create("/me", "", Ephemeral: true));
        node.Pause();
        bench.World.RunFor(10 * Duration.Second);
        Assert.False(bench.Coordinator.Tree.ContainsKey("/me"));
        Assert.Equal(SessionState.Connected, session.State);
        node.Resume();
        bench.World.RunFor(10 * Duration.Second);
        Assert.Equal(SessionState.Expired, session.State);
        Assert.Equal(["Connected", "Disconnected", "Expired"], owner.Told);
        Assert.Equal(CoordinatorError.SessionExpired, bench.Ask(session, new CoordinatorRequest.Sync()).Error);
    }

    [Fact]
    public void A_node_that_is_cut_off_for_less_than_its_session_keeps_it_and_gets_its_reply_late()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var node = bench.AddNode(1);
        var (session, _) = bench.Connect(node);
        bench.Cut(node);
        CoordinatorReply? reply = null;
        session.Submit(new CoordinatorRequest.Create("/p", ""), answer => reply = answer);
        bench.World.RunFor(Duration.Second);
        Assert.Null(reply);
        Assert.False(bench.Coordinator.Tree.ContainsKey("/p"));
        bench.Coordinator.Mend(node.Id);
        bench.World.RunFor(Duration.Second);
        Assert.Equal(CoordinatorError.Ok, reply?.Error);
    }

    [Fact]
    public void A_node_that_is_cut_off_for_longer_loses_its_session()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var node = bench.AddNode(1);
        var (session, _) = bench.Connect(node);
        bench.Ask(session, new CoordinatorRequest.Create("/me", "", Ephemeral: true));
        bench.Cut(node);
        bench.World.RunFor(10 * Duration.Second);
        Assert.Equal(SessionState.Disconnected, session.State);
        Assert.False(bench.Coordinator.Tree.ContainsKey("/me"));
        bench.Coordinator.MendAll();
        bench.World.RunFor(10 * Duration.Second);
        Assert.Equal(SessionState.Expired, session.State);
    }

    [Fact]
    public void The_session_of_a_dead_process_lasts_until_its_time_is_up()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var node = bench.AddNode(1);
        var (session, _) = bench.Connect(node);
        bench.Ask(session, new CoordinatorRequest.Create("/me", "", Ephemeral: true));
        node.Kill();
        node.Boot();
        bench.World.RunFor(Duration.Second);
        Assert.True(bench.Coordinator.Tree.ContainsKey("/me"));
        bench.World.RunFor(10 * Duration.Second);
        Assert.False(bench.Coordinator.Tree.ContainsKey("/me"));
    }

    [Fact]
    public void Closing_a_session_removes_what_was_ephemeral_at_once()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (session, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(session, new CoordinatorRequest.Create("/me", "", Ephemeral: true));
        session.Close();
        bench.World.RunFor(100 * Duration.Millisecond);
        Assert.False(bench.Coordinator.Tree.ContainsKey("/me"));
    }

    [Fact]
    public void A_watch_is_told_once_and_before_a_read_shows_the_change()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm with { MaxLag = 200 * Duration.Millisecond });
        var (writer, _) = bench.Connect(bench.AddNode(1));
        var (reader, told) = bench.Connect(bench.AddNode(2));
        bench.Ask(writer, new CoordinatorRequest.Create("/p", "0"));
        bench.Ask(reader, new CoordinatorRequest.Sync());
        bench.Ask(reader, new CoordinatorRequest.GetData("/p", Watch: true));
        bench.Ask(writer, new CoordinatorRequest.SetData("/p", "1", 0));
        bench.Ask(writer, new CoordinatorRequest.SetData("/p", "2", 1));
        while (bench.Ask(reader, new CoordinatorRequest.GetData("/p")).Version == 0)
        {
            Assert.DoesNotContain("Changed /p", told.Told);
        }

        Assert.Contains("Changed /p", told.Told);
        bench.World.RunFor(Duration.Second);
        Assert.Single(told.Told, what => what == "Changed /p");
    }

    [Fact]
    public void After_a_lost_connection_a_one_shot_watch_still_fires_and_a_subtree_watch_has_missed_the_change()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (writer, _) = bench.Connect(bench.AddNode(1));
        var node = bench.AddNode(2);
        var (once, toldOnce) = bench.Connect(node);
        var (always, toldAlways) = bench.Connect(node);
        bench.Ask(once, new CoordinatorRequest.Exists("/p/x", Watch: true));
        bench.Ask(always, new CoordinatorRequest.WatchSubtree("/p"));
        bench.Coordinator.Disconnect(node.Id);
        bench.Ask(writer, new CoordinatorRequest.Create("/p", ""));
        bench.Ask(writer, new CoordinatorRequest.Create("/p/x", ""));
        bench.World.RunFor(Duration.Second);
        Assert.Equal(["Connected", "Disconnected", "Connected", "Created /p/x"], toldOnce.Told);
        Assert.Equal(["Connected", "Disconnected", "Connected"], toldAlways.Told);
        bench.Ask(writer, new CoordinatorRequest.SetData("/p/x", "1", 0));
        bench.World.RunFor(Duration.Second);
        Assert.Contains("Changed /p/x", toldAlways.Told);
    }

    [Fact]
    public void While_it_is_away_sessions_neither_work_nor_end()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (session, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(session, new CoordinatorRequest.Create("/me", "", Ephemeral: true));
        bench.Coordinator.SetAvailable(false);
        bench.World.RunFor(100 * Duration.Second);
        Assert.Equal(SessionState.Disconnected, session.State);
        Assert.Equal(CoordinatorError.ConnectionLost, bench.Ask(session, new CoordinatorRequest.Sync()).Error);
        bench.Coordinator.SetAvailable(true);
        bench.World.RunFor(Duration.Second);
        Assert.Equal(SessionState.Connected, session.State);
        Assert.True(bench.Coordinator.Tree.ContainsKey("/me"));
    }

    [Fact]
    public void Several_reads_are_answered_one_by_one_and_a_session_finds_its_own_ephemeral_znodes()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (one, _) = bench.Connect(bench.AddNode(1));
        var (two, _) = bench.Connect(bench.AddNode(2));
        bench.Ask(one, new CoordinatorRequest.Create("/a", "1", Ephemeral: true));
        bench.Ask(two, new CoordinatorRequest.Create("/b", "2", Ephemeral: true));
        bench.Ask(one, new CoordinatorRequest.Sync());
        var reply = bench.Ask(one, new CoordinatorRequest.MultiRead([new CoordinatorRequest.GetData("/b"), new CoordinatorRequest.GetData("/c")]));
        Assert.Equal([CoordinatorError.Ok, CoordinatorError.NoNode], reply.Parts!.Select(part => part.Error));
        Assert.Equal(("2", two.Id), (reply.Parts![0].Data, reply.Parts[0].Owner));
        Assert.Equal(["/a"], bench.Ask(one, new CoordinatorRequest.GetEphemerals("/")).Children!);
    }

    [Fact]
    public void What_was_ephemeral_in_a_restored_tree_goes_once_its_session_has_timed_out()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var (session, _) = bench.Connect(bench.AddNode(1));
        bench.Ask(session, new CoordinatorRequest.Create("/a", "", Ephemeral: true));
        var backup = bench.Coordinator.Backup();
        bench.Coordinator.Wipe();
        bench.Coordinator.Restore(backup);
        Assert.Contains("/a", bench.Coordinator.Tree.Keys);
        bench.World.RunFor(CoordinatorProfile.Calm.SessionTimeout + Duration.Second);
        Assert.DoesNotContain("/a", bench.Coordinator.Tree.Keys);
    }

    [Fact]
    public void A_wiped_tree_is_empty_and_a_restored_one_old_and_both_end_all_sessions()
    {
        var bench = new CoordinatorBench(CoordinatorProfile.Calm);
        var node = bench.AddNode(1);
        var (session, _) = bench.Connect(node);
        bench.Ask(session, new CoordinatorRequest.Create("/p", "old"));
        var backup = bench.Coordinator.Backup();
        bench.Ask(session, new CoordinatorRequest.SetData("/p", "new", 0));
        bench.Coordinator.Wipe();
        Assert.False(bench.Coordinator.Tree.ContainsKey("/p"));
        bench.World.RunFor(5 * Duration.Second);
        Assert.Equal(SessionState.Expired, session.State);
        bench.Coordinator.Restore(backup);
        var (again, _) = bench.Connect(node);
        var read = bench.Ask(again, new CoordinatorRequest.GetData("/p"));
        Assert.Equal(("old", 0), (read.Data, read.Version));
    }
}
