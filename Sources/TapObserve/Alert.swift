import TapFlow
public import TapWire

/// How bad it is.
///
/// The raw values are EVE's, but for `critical`, which EVE has no number for.
public enum Severity: Int, Sendable, Comparable, Codable, CaseIterable {
    case critical = 0
    case high = 1
    case medium = 2
    case low = 3

    /// EVE's number: critical is as high as high.
    public var eveNumber: Int { max(Self.high.rawValue, rawValue) }

    /// The next higher one; critical stays what it is.
    public var raised: Severity { Severity(rawValue: rawValue - 1) ?? self }

    /// Orders from low to critical.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue > rhs.rawValue }
}

/// Which rule an alert comes from.
///
/// Ids and signature numbers are stable.
public struct RuleIdentity: Hashable, Sendable, Codable {
    /// The rule's id, such as `relay.open`.
    public var id: String
    /// EVE's `signature_id`.
    public var signatureID: Int
    /// EVE's `rev`: raised when the rule's meaning changes.
    public var revision: Int
    /// EVE's `category`.
    public var category: String

    /// Creates a rule's identity.
    public init(id: String, signatureID: Int, revision: Int = 1, category: String) {
        self.id = id
        self.signatureID = signatureID
        self.revision = revision
        self.category = category
    }
}

/// What a rule found, in words an admin can act on, and where in the ring the proof lies.
public struct Alert: Sendable, Identifiable {
    /// The alert's name: the frame's time and a number, such as `20261123T120000Z-000001`.
    public var id: String
    /// The rule that fired.
    public var rule: RuleIdentity
    /// How bad it is.
    public var severity: Severity
    /// One line: what happened to whom.
    public var signature: String
    /// One or two plain sentences with the facts that fired the rule.
    public var why: String
    /// What to do next.
    public var advice: String
    /// From 0 to 1: how sure the rule is.
    public var confidence: Double
    /// Where and when: the flow and the frames of the proof.
    public var context: EventContext
    /// The observed event that fired the rule; its keys are part of the alert.
    public var cause: any ObservedEvent
    /// What a reverse lookup has said of the client that it is about; nil if none was seen.
    public var clientName: ReverseName?
    /// What the mirror left out at the time; nil if nothing.
    public var shedding: Shedding?
    /// The name of the file in the folder of evidence that will have the alert's frames; nil if none will.
    public var evidence: String?
    /// Where the client that it is about is; nil if that is not known.
    public var clientPlace: Place?
    /// The name of the incident that it belongs to; nil if it belongs to none.
    public var incident: String?
    /// True if nobody wants to hear of it at the moment.
    public var isMuted = false
    /// Facts for syslog's structured data, in order: name and value, such as `from` and `<>`.
    public var facts: [Fact]

    /// The address of the host that it is about: the server, or the host of ours that sends; empty for the tap itself.
    public var server: String {
        guard !context.isOfTap else { return "" }
        return facts.first { $0.name == "server" }?.value
            ?? context.flow.endpoint(cause.client.opposite).address.description
    }

    /// A named fact of an alert.
    public struct Fact: Hashable, Sendable, Codable {
        /// The name, a valid SD-NAME of RFC 5424 section 6.3.3.
        public var name: String
        /// The value, as on the wire; sinks escape and shorten it.
        public var value: String

        /// Creates a fact.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Creates an alert.
    public init(
        id: String,
        rule: RuleIdentity,
        severity: Severity,
        signature: String,
        why: String,
        advice: String,
        confidence: Double,
        context: EventContext,
        cause: any ObservedEvent,
        facts: [Fact]
    ) {
        self.id = id
        self.rule = rule
        self.severity = severity
        self.signature = signature
        self.why = why
        self.advice = advice
        self.confidence = confidence
        self.context = context
        self.cause = cause
        self.facts = facts
    }
}
