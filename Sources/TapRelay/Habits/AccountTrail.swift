/// How the logins of an account went lately, and how far each rule is with it.
struct AccountTrail: Sendable {
    /// The day, since 1970, on which a password of it in clear text was told last.
    var clearTextDay: UInt16 = 0
    /// The day on which its logins were told to fail and succeed in turns.
    var flappingDay: UInt16 = 0
    /// Refused logins from networks from which none was accepted before.
    var failures = DayCount()
    /// Logins that were answered otherwise than the one before.
    var turns = DayCount()
    /// Logins the server could not answer for the moment.
    var deferrals = DayCount()
    /// How its last login was answered: 0 never, 1 accepted, 2 refused.
    var lastAnswer: UInt8 = 0
    /// How far the sequential test over its mail from new networks is.
    var walk: Float = 0
    /// When that test was gone on with, by the habits' clock.
    var walkedAt: UInt32 = 0
    /// The share of its messages from its own networks that go to new recipients only, some in domains that are new too.
    var novelty = AgedShare()
    /// True while that test accuses it: nothing is learned then from new networks.
    var isSuspected = false
    /// True while all the new people that such mail went to since the test began are of the house.
    var isWithinHouse = false
    /// Recipients that such mail had since the test began, and those of them refused.
    var freshRecipients: UInt16 = 0
    var freshRefusals: UInt16 = 0
    /// The latest different foreign senders of the hour, by digest; 0 for an empty place.
    var foreignSenders = InlineArray<5, UInt32>(repeating: 0)
    /// When that hour began, by the habits' clock.
    var foreignSince: UInt32 = 0
    /// The most messages that one session has read of its mailbox.
    var mostRetrieved: UInt16 = 0

    /// A beginner's.
    init() {}
}
