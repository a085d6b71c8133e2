import TapFlow
import TapMail
public import TapObserve
public import TapWire

/// Trouble of one class at one server: what a person reads.
///
/// Gathers the signals of many rules over many events.
public struct Incident: Sendable, Codable {
    /// Where an incident stands (CONTRACT section 5).
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// It has just begun.
        case opened
        /// It has grown tenfold since it was told of last.
        case grown
        /// It turned out to be of another class.
        case reclassified
        /// Nothing more was seen of it for a day.
        case quiet
        /// The server was seen to have been put right.
        case fixed
        /// It is over: quiet for a week, or fixed and quiet.
        case closed
    }

    /// How often a rule has signalled, and how bad the worst was.
    public struct RuleCount: Hashable, Sendable, Codable {
        /// The rule's id.
        public var rule: String
        /// How often it has signalled.
        public var count: UInt64
        /// The worst severity.
        public var severity: Severity
    }

    /// The incident's name.
    public let id: String
    /// What kind of trouble it is.
    public internal(set) var kind: IncidentClass
    /// What kind it was first, if it was another.
    public internal(set) var earlierKind: IncidentClass?
    /// Where it stands.
    public internal(set) var state = State.opened
    /// The server's address.
    public let server: IPAddress
    /// The name it goes by, if it gave one.
    public internal(set) var serverName: String?
    /// Its software.
    var family: MailServerFamily
    /// The account or the client it is about; empty if it is about the server as a whole.
    public let subject: String
    /// When the first event of it was.
    public let since: Timestamp
    /// When the latest event of it was.
    public internal(set) var last: Timestamp
    /// How much there was of it.
    public internal(set) var tally = IncidentTally()
    /// Which rules have signalled, in the order in which they first did.
    public internal(set) var rules: [RuleCount] = []
    /// The worst severity.
    public internal(set) var severity: Severity
    /// How sure it is, 0 to 1.
    public internal(set) var confidence: Double
    /// The names of its messages in the server's queue, the first `queueLimit` of them.
    public internal(set) var queueIDs: [String] = []
    /// True if nothing of what the server took was seen to leave it for a day.
    public internal(set) var isKeeping = false
    /// The connection and the frames of its latest event.
    var place: IncidentPlace
    /// The place of the event that was counted last.
    var countedPlace: IncidentPlace?
    /// How many events there were when it was told of last.
    var toldCount: UInt64 = 1

    /// How many queue ids are kept.
    static let queueLimit = 100

    /// Where its latest event was, as the common keys of an event want it.
    var context: EventContext { place.context }
}
