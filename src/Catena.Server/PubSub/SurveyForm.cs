namespace Catena.Server.PubSub;

/// <summary>What a survey of subscriptions tells.</summary>
internal enum SurveyForm
{
    /// <summary>The names.</summary>
    Names,

    /// <summary>The names, each followed by how many have subscribed to it.</summary>
    NamesAndCounts,

    /// <summary>How many names there are.</summary>
    NumberOfNames,
}
