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
        /// It has grown tenfold, or become worse, since it was told of last.
        case grown
        /// It turned out to be of another class.
        case reclassified
        /// Nothing more was seen of it for a day, or for twice its pauses.
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
        /// When it first signalled, or first so badly.
        public var since: Timestamp
        /// What it said then.
        public var words: String
    }

    /// That it turned out to be of another class.
    public struct Turn: Hashable, Sendable, Codable {
        /// When.
        public var time: Timestamp
        /// What it was taken for.
        public var from: IncidentClass
        /// What it is.
        public var to: IncidentClass
        /// The rule that has shown it.
        public var rule: String
    }

    /// That a message was seen to be delivered onward.
    struct Proof: Hashable, Sendable, Codable {
        /// When that was seen.
        var time: Timestamp
        /// Where to.
        var destination: String
        /// How long after it had been taken, in words.
        var delay: String?
        /// Who had brought it, in words; nil where an earlier hubtap kept it.
        var client: String?
        /// For whom it was, in words; nil where TLS hides that.
        var recipient: String?
        /// What the other server did with it; nil where an earlier hubtap kept it.
        var delivery: Signal.Delivery?
    }

    /// The incident's name.
    public let id: String
    /// What kind of trouble it is.
    public internal(set) var kind: IncidentClass
    /// Each change of its class, oldest first.
    public internal(set) var turns: [Turn] = []
    /// Where it stands.
    public internal(set) var state = State.opened
    /// The address of the server, or of the host of ours that goes out.
    public let server: IPAddress
    /// The name it goes by, if it gave one.
    public internal(set) var serverName: String?
    /// Its software.
    var family: MailServerFamily
    /// The account or the client it is about; empty if it is about the server as a whole.
    public let subject: String
    /// What all of its signals have in common within the class; nil if nothing.
    var aspect: IncidentAspect?
    /// When the first event of it was.
    public internal(set) var since: Timestamp
    /// When the latest event of it was.
    public internal(set) var last: Timestamp
    /// How much there was of it.
    public internal(set) var tally = IncidentTally()
    /// How much there was of it lately.
    var pace = IncidentPace()
    /// Its latest long pause; nil if there was none lately.
    var pause: IncidentPause?
    /// Its latest times.
    var rhythm = Rhythm()
    /// Which rules have signalled, in the order in which they first did.
    public internal(set) var rules: [RuleCount] = []
    /// The worst severity.
    public internal(set) var severity: Severity
    /// How sure it is, 0 to 1.
    public internal(set) var confidence: Double
    /// That a message was seen to be delivered onward.
    var proof: Proof?
    /// The names of its messages in the server's queue, the first `queueLimit` of them.
    public internal(set) var queueIDs: [String] = []
    /// How a client that guessed was let in, the latest times; nil if it was not.
    var entrances: [Entrance]?
    /// What is weak of the server; nil if it is not about that, or an earlier hubtap kept it.
    var weaknesses: [Weakness]?
    /// True if nothing of what the server took was seen to leave it for a day.
    public internal(set) var isKeeping = false
    /// True if the server has said yes to a stranger's recipient; nil if it has not.
    var hasSaidYes: Bool?
    /// True if the server has returned to their senders what it took in odd forms of address; nil if it has not.
    var hasReturned: Bool?
    /// When it was seen to have been put right; nil if it was not, or no more is.
    var fixedAt: Timestamp?
    /// What the tap itself may have missed at the times of its events; nil for nothing.
    var blind: [TapCondition.Kind]?
    /// Its first event.
    var first: IncidentScene
    /// Its latest event.
    var latest: IncidentScene
    /// The connection and the frames of its latest event.
    var place: IncidentPlace
    /// The place of the event that was counted last.
    var countedPlace: IncidentPlace?
    /// How many events there were when it was told of last.
    var toldCount: UInt64 = 1
    /// How bad it was when it was told of last; nil where an earlier hubtap told.
    var toldSeverity: Severity?
    /// Since when it is less bad than it was told; nil if it is not.
    var loweredSince: Timestamp?
    /// When it was last told that it is as bad again as it was told before; nil if it never was.
    var risenAt: Timestamp?
    /// The book's revision at the last change.
    var revision: UInt64 = 0

    /// How many queue ids are kept.
    static let queueLimit = 100
    /// How many changes of class are kept.
    static let turnLimit = 8

    /// What it was first taken for, if it turned out to be another.
    public var earlierKind: IncidentClass? { turns.first?.from }

    /// What the tap misses, if it is about that; nil for all others.
    var blindness: TapCondition? { kind == .blind ? latest.blindness : nil }

    /// Where its latest event was, as the common keys of an event want it.
    var context: EventContext { place.context }

    /// The incident with the texts of its scenes cut, as it is stored.
    var bounded: Incident {
        var incident = self
        incident.first = first.bounded
        incident.latest = latest.bounded
        return incident
    }
}
