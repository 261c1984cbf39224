using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Support;

/// <summary>What a test does with a request.</summary>
internal delegate T RequestFunction<out T>(RespRequest request);
