using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>Reads a reply's body.</summary>
/// <typeparam name="T">What it becomes.</typeparam>
/// <param name="error">The reply's code; anything but Ok only where the request tolerates it, and then there is no body.</param>
/// <param name="body">Stands behind the reply's header; may be invalid afterwards.</param>
internal delegate T ReplyDecoder<out T>(ErrorCode error, ref JuteReader body);
