using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>A proposal on its way to the coordinator.</summary>
internal sealed record Submission(TestNode By, ulong Incarnation, Configuration Next);
