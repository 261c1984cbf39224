using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>Reads a record.</summary>
internal delegate T Decoder<out T>(ref JuteReader reader);
