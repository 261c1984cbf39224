using System.Text;
using Catena.Simulation.Disks;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Disks;

public sealed class SimulatedDiskTests
{
    private static readonly byte[] Old = Filled(16_384, 1);
    private static readonly byte[] New = Filled(16_384, 2);

    [Fact]
    public void What_was_synced_survives_a_loss_of_power_and_what_was_not_does_not()
    {
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, "durable"u8);
        file.Sync();
        file.Write(0, "VOLATIL"u8);
        Assert.Equal("VOLATIL", Read(disk, "f"));
        disk.LosePower();
        Assert.Equal("durable", Read(disk, "f"));
    }

    [Fact]
    public void A_killed_process_loses_nothing_that_it_wrote()
    {
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, "written"u8);
        disk.ProcessDied();
        Assert.Equal("written", Read(disk, "f"));
        Assert.Equal(DiskFault.StaleHandle, Assert.Throws<SimulatedDiskException>(() => file.Write(0, "x"u8)).Fault);
    }

    [Fact]
    public void Writes_that_were_not_synced_are_kept_lost_or_torn_at_sectors()
    {
        var outcomes = new SortedSet<string>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var disk = Disk(DiskProfile.Plain with { Kept = 0.3, Torn = 0.4 }, seed);
            var file = Create(disk, "f");
            file.Write(0, Old);
            file.Sync();
            file.Write(0, New);
            disk.LosePower();
            outcomes.Add(Classify(Bytes(disk, "f"), seed));
        }

        Assert.Equal(["kept", "lost", "torn"], outcomes);
    }

    [Fact]
    public void A_name_lasts_only_once_the_directory_is_synced()
    {
        var disk = Disk(DiskProfile.Plain with { UnorderedDirectory = false }, seed: 3);
        var file = disk.Open("f", create: true);
        file.Write(0, "x"u8);
        file.Sync();
        var survived = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            var other = Disk(DiskProfile.Plain, seed);
            other.Open("f", create: true).Sync();
            other.LosePower();
            survived += other.Exists("f") ? 1 : 0;
        }

        Assert.InRange(survived, 1, 99);
        disk.SyncDirectory();
        disk.LosePower();
        Assert.True(disk.Exists("f"));
    }

    [Fact]
    public void A_rename_leaves_the_old_file_or_the_new_one_and_never_neither()
    {
        var seen = new SortedSet<string>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            var disk = Disk(DiskProfile.Plain with { UnorderedDirectory = seed % 2 == 0 }, seed);
            Put(disk, "f", "old");
            Put(disk, "f.new", "new");
            disk.SyncDirectory();
            disk.Rename("f.new", "f");
            Assert.Equal("new", Read(disk, "f"));
            disk.LosePower();
            seen.Add(Read(disk, "f"));
        }

        Assert.Equal(["new", "old"], seen);
    }

    [Fact]
    public void On_a_journaling_file_system_the_first_directory_changes_survive_and_otherwise_any()
    {
        Assert.All(Survivors(unordered: false), names => Assert.True(names is "" or "a" or "ab" or "abc"));
        Assert.Contains(Survivors(unordered: true), names => names is "b" or "c" or "ac" or "bc");
    }

    [Fact]
    public void A_failed_sync_loses_what_a_later_sync_does_not_bring_back_while_readers_still_see_it()
    {
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, "aaaa"u8);
        disk.FailSyncs();
        Assert.Equal(DiskFault.SyncFailed, Assert.Throws<SimulatedDiskException>(file.Sync).Fault);
        file.Sync();
        Assert.Equal("aaaa", Read(disk, "f"));
        disk.LosePower();
        Assert.Equal("", Read(disk, "f"));
    }

    [Fact]
    public void A_sync_that_takes_time_covers_what_was_written_before_it_began()
    {
        var world = new World(1);
        var disk = new SimulatedDisk(world, 1, DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, "ab"u8);
        bool? succeeded = null;
        file.BeginSync(result => succeeded = result);
        file.Write(0, "XY"u8);
        Assert.Null(succeeded);
        world.RunFor(Duration.Second);
        Assert.True(succeeded);
        disk.LosePower();
        Assert.Equal("ab", Read(disk, "f"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_durable_before_a_sync_that_began_earlier(bool isName)
    {
        var world = new World(1);
        var disk = new SimulatedDisk(world, 1, DiskProfile.Plain);
        var journal = Create(disk, "journal");
        var manifest = Create(disk, "manifest");
        journal.Write(0, "entry"u8);
        journal.BeginSync(_ => { });
        manifest.Write(0, "after entry"u8);
        if (isName)
        {
            disk.SyncDirectory();
        }
        else
        {
            manifest.Sync();
        }

        disk.LosePower();
        Assert.Equal("entry", Read(disk, "journal"));
    }

    [Fact]
    public void Two_syncs_at_once_each_cover_their_own_part()
    {
        var world = new World(1);
        var disk = new SimulatedDisk(world, 1, DiskProfile.Plain with { MinSync = 100, MaxSync = 100 });
        var file = Create(disk, "f");
        file.Write(0, "a"u8);
        file.BeginSync(_ => { });
        world.RunFor(50);
        file.Write(1, "b"u8);
        file.BeginSync(_ => { });
        file.Write(2, "c"u8);
        world.RunFor(60);
        var halfway = world.Now;
        world.RunFor(1_000);
        disk.LosePower();
        Assert.Equal("ab", Read(disk, "f"));
        Assert.Equal(110, halfway);
    }

    [Fact]
    public void A_sync_under_way_when_power_is_lost_never_completes()
    {
        var world = new World(1);
        var disk = new SimulatedDisk(world, 1, DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, "x"u8);
        var completed = false;
        file.BeginSync(_ => completed = true);
        disk.LosePower();
        world.RunFor(Duration.Second);
        Assert.False(completed);
        Assert.Equal("", Read(disk, "f"));
    }

    [Fact]
    public void A_stalled_disk_completes_syncs_late()
    {
        var world = new World(1);
        var disk = new SimulatedDisk(world, 1, DiskProfile.Plain);
        disk.Stall(Duration.Second);
        var at = 0L;
        Create(disk, "f").BeginSync(_ => at = world.Now);
        world.RunFor(2 * Duration.Second);
        Assert.Equal(Duration.Second, at);
        disk.TakeElapsed();
        disk.Open("f").Sync();
        Assert.InRange(disk.TakeElapsed(), DiskProfile.Plain.MinSync, DiskProfile.Plain.MaxSync);
    }

    [Fact]
    public void A_full_disk_refuses_growth_and_takes_what_fits_into_reserved_space()
    {
        var disk = Disk(DiskProfile.Plain with { Capacity = 8_192 });
        var file = Create(disk, "f");
        file.Allocate(4_096);
        Create(disk, "g").Write(0, new byte[4_096]);
        Assert.Equal(0, disk.FreeBytes);
        Assert.Equal(DiskFault.Full, Assert.Throws<SimulatedDiskException>(() => file.Write(4_096, "x"u8)).Fault);
        file.Write(0, New.AsSpan(0, 4_096));
        Assert.Equal(DiskFault.Full, Assert.Throws<SimulatedDiskException>(() => file.Allocate(4_097)).Fault);
        disk.Delete("g");
        file.Write(4_096, "x"u8);
        Assert.Equal(8_192, disk.Used);
        file.SetLength(100);
        Assert.Equal(4_096, disk.Used);
    }

    [Fact]
    public void Rot_turns_over_one_bit_for_good()
    {
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, Old);
        file.Sync();
        var where = disk.RotSomewhere();
        Assert.Equal("f", where!.Value.Name);
        disk.LosePower();
        var bytes = Bytes(disk, "f");
        Assert.Equal(1, bytes.Index().Count(single => single.Item != Old[single.Index]));
        Assert.NotEqual(Old[where.Value.Offset], bytes[where.Value.Offset]);
    }

    [Fact]
    public void A_misdirected_write_lands_elsewhere_in_the_file_and_only_once()
    {
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        file.Write(0, Old);
        disk.MisdirectNextWrite();
        file.Write(1_024, New.AsSpan(0, 512));
        var bytes = Bytes(disk, "f");
        Assert.Equal(Old[1_024..1_536], bytes[1_024..1_536]);
        Assert.Equal(512, bytes.Index().Count(single => single.Item != Old[single.Index]));
        file.Write(1_024, New.AsSpan(0, 512));
        Assert.Equal(New[..512], Bytes(disk, "f")[1_024..1_536]);
    }

    [Fact]
    public void A_disk_that_lies_makes_nothing_durable()
    {
        var disk = Disk(DiskProfile.Plain with { LiesAboutSync = true });
        var file = disk.Open("f", create: true);
        file.Write(0, "x"u8);
        file.Sync();
        disk.SyncDirectory();
        disk.LosePower();
        Assert.True(!disk.Exists("f") || Read(disk, "f").Length == 0);
    }

    [Fact]
    public void A_file_behaves_as_an_array_that_grows()
    {
        var random = new World(9).Random("test");
        var disk = Disk(DiskProfile.Plain);
        var file = Create(disk, "f");
        var model = Array.Empty<byte>();
        for (var step = 0; step < 2_000; step++)
        {
            var offset = random.Next(20_000);
            if (random.Chance(0.2))
            {
                file.SetLength(offset);
                Array.Resize(ref model, offset);
            }
            else
            {
                var bytes = Filled(random.Next(6_000) + 1, (byte)random.Next(256));
                file.Write(offset, bytes);
                Array.Resize(ref model, Math.Max(model.Length, offset + bytes.Length));
                bytes.CopyTo(model, offset);
            }

            if (random.Chance(0.2))
            {
                file.Sync();
                disk.LosePower();
                file = disk.Open("f");
            }

            Assert.Equal(model, Bytes(disk, "f"));
        }
    }

    private static string Classify(byte[] bytes, ulong seed)
    {
        Assert.Equal(Old.Length, bytes.Length);
        for (var sector = 0; sector < bytes.Length; sector += 512)
        {
            Assert.True(bytes.AsSpan(sector, 512).ContainsAnyExcept(bytes[sector]) is false, $"a sector is torn, seed {seed}");
        }

        return bytes.AsSpan().SequenceEqual(New) ? "kept" : bytes.AsSpan().SequenceEqual(Old) ? "lost" : "torn";
    }

    private static List<string> Survivors(bool unordered)
    {
        var survivors = new List<string>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            var disk = Disk(DiskProfile.Plain with { UnorderedDirectory = unordered }, seed);
            foreach (var name in new[] { "a", "b", "c" })
            {
                disk.Open(name, create: true);
            }

            disk.LosePower();
            survivors.Add(string.Concat(disk.Names));
        }

        return survivors;
    }

    private static SimulatedDisk Disk(DiskProfile profile, ulong seed = 1) => new(new World(seed), 1, profile);

    private static SimulatedFile Create(SimulatedDisk disk, string name)
    {
        var file = disk.Open(name, create: true);
        disk.SyncDirectory();
        return file;
    }

    private static void Put(SimulatedDisk disk, string name, string text)
    {
        var file = disk.Open(name, create: true);
        file.Write(0, Encoding.UTF8.GetBytes(text));
        file.Sync();
    }

    private static string Read(SimulatedDisk disk, string name) => Encoding.UTF8.GetString(Bytes(disk, name));

    private static byte[] Bytes(SimulatedDisk disk, string name)
    {
        var file = disk.Open(name);
        var bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
