/// An account in an event, and what the habits say of it.
struct AccountCase: Sendable {
    /// The user's name as it was given.
    let name: String
    /// The digest under which its habit stands.
    let key: UInt64
    /// From where.
    let network: ClientNetwork
    /// True if a login from there was accepted more than a day ago, or the client is inside.
    var isFamiliar = true
    /// True if it came from there on several days or long ago, or the client is inside.
    var isOwnNetwork = true
    /// True if any login from there was accepted before.
    var isKnownNetwork = true
    /// True if, among the networks that are not its own, it was in another one before.
    var hasMoved = false
    /// True if others of this server come from there, so that it is an operator's of the neighbourhood.
    var isSharedNetwork = false
    /// Logins refused in the last day from networks from which none was accepted.
    var failures = 0
    /// True if a login of it was accepted before.
    var hasHistory = false
    /// Seconds since it was seen first.
    var age: UInt32 = 0
    /// Seconds since its server was seen first.
    var serverAge: UInt32 = 0
    /// Messages of it that were taken before.
    var messages: UInt32 = 0
    /// Recipients of this message that the server took, that the account had not written to for weeks and that are no
    /// contacts of the house.
    var novelRecipients = 0
    /// Those of them that are not the house's own.
    var novelOutsiders = 0
    /// The domains of those, as far as the account had not written to them for weeks either and they are not the house's.
    var novelDomains = 0
    /// Recipients of this message that the server took.
    var takenRecipients = 0
    /// Recipients of all messages of this hour that it took.
    var hourRecipients: UInt32 = 0
    /// The digest of a sender of somebody else's domain that the account has not used for weeks; 0 if it is none.
    var foreignSender: UInt32 = 0
    /// Recipients of this message that it refused for good.
    var refusedRecipients = 0

    /// True if nearly all recipients of this message are new to the account.
    ///
    /// Not all: a filter of bits takes one in thirty for known by mistake.
    var isToNewPeople: Bool { 5 * novelRecipients >= 4 * takenRecipients }

    /// True if, moreover, one of them at least is where the account had never written to.
    ///
    /// Who is on the way writes to new people, but mostly where he knows somebody; a thief knows nobody.
    var isToStrangers: Bool { isToNewPeople && novelDomains > 0 }
}
