using Catena.Core.Primitives;

namespace Catena.Core.Replication.Flow;

/// <summary>The learner that counts as a member does, since its promotion is or may be proposed.</summary>
/// <remarks>
/// The first member says who it is, numbering its words through one epoch; they go the way that entries go, and whoever commits or reads heeds the
/// newest. A promotion is proposed only once all who commit or read have said that they do (Kafka KIP-497: an expansion counts at once).
/// </remarks>
/// <param name="Number">The number of the word; 0 before the first.</param>
/// <param name="Learner">The learner; none where nobody counts.</param>
public readonly record struct Counting(ulong Number, NodeId Learner);
