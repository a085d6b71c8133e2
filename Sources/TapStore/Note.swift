public import TapWire

/// What a person has said of an alert or an incident: that it was seen to, or that nobody wants to hear of it for a time.
public struct Note: Hashable, Sendable {
    /// What it says.
    public enum Kind: String, Hashable, Sendable {
        /// Somebody has seen to it.
        case acknowledged
        /// It is not to be told of until a time.
        case muted
    }

    /// The name of the alert or the incident.
    public var id: String
    /// What it says.
    public var kind: Kind
    /// When it was said.
    public var time: Timestamp
    /// Why, in the person's words; empty if none were given.
    public var words: String
    /// When a mute ends; nil for others.
    public var until: Timestamp?
    /// The rule of the alert that is muted, and all like it; nil for incidents.
    public var rule: String?
    /// The address of the host that the muted alert is about, the server or the one that sends; nil for incidents.
    public var server: String?

    /// Creates a note.
    public init(
        id: String,
        kind: Kind,
        time: Timestamp,
        words: String,
        until: Timestamp? = nil,
        rule: String? = nil,
        server: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.time = time
        self.words = words
        self.until = until
        self.rule = rule
        self.server = server
    }

    /// True for a mute that has not ended at `time`.
    public func isMute(at time: Timestamp) -> Bool {
        guard kind == .muted, let until else { return false }
        return time < until
    }
}
