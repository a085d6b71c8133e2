public import TapFlow
public import TapWire

/// Which frames are to be kept, and for which alerts.
public struct EvidenceRequest: Hashable, Sendable, Codable {
    /// How many alerts are told of beside a frame.
    private static let commentLimit = 3

    /// The name of the file.
    public var file: String
    /// The identity of the ring that the frames are in.
    public var ring: [UInt8]
    /// The connection's name.
    public var flow: FlowID
    /// The end of the connection that opened it.
    public var a: Endpoint
    /// The end that was called.
    public var b: Endpoint
    /// The alerts, in order, as many as are told of.
    public var notes: [EvidenceNote]
    /// Alerts beyond those.
    public var furtherAlerts: Int
    /// Frames that arrived later are not meant.
    public var until: Timestamp

    /// Asks for the frames of the connection between `a` and `b`, for one alert.
    public init(
        file: String,
        ring: [UInt8],
        flow: FlowID,
        a: Endpoint,
        b: Endpoint,
        note: EvidenceNote,
        until: Timestamp
    ) {
        self.file = file
        self.ring = ring
        self.flow = flow
        self.a = a
        self.b = b
        notes = [note]
        furtherAlerts = 0
        self.until = until
    }

    /// Adds what `other` asks for, which goes into the same file; tells of `limit` alerts.
    mutating func merge(_ other: EvidenceRequest, limit: Int) {
        until = max(until, other.until)
        furtherAlerts += other.furtherAlerts
        for note in other.notes where !notes.contains(where: { $0.id == note.id }) {
            if notes.count < limit { notes.append(note) } else { furtherAlerts += 1 }
        }
    }

    /// The connection.
    var conversation: Conversation { Conversation(.tcp, between: a, and: b) }

    /// The first frame that an alert is about, and the time of the first alert.
    var first: Moment {
        Moment(
            time: notes.map(\.time).min() ?? until,
            sequence: notes.map(\.firstSequence).min() ?? 0
        )
    }

    /// What is said of the frame with this number; nil if nothing is.
    func comment(on sequence: UInt64) -> String? {
        let about = notes.filter { $0.isAbout(sequence) }
        guard !about.isEmpty else { return nil }
        var words = about.prefix(Self.commentLimit).map { $0.words(for: sequence) }
        if about.count > words.count {
            words.append("and \(about.count - words.count) more alerts")
        }
        return words.joined(separator: "\n")
    }

    /// What is said at the head of the file, with what `losses` says of its frames.
    public func heading(_ losses: EvidenceLosses) -> String {
        var lines = ["hubtap evidence \(file)"]
        for note in notes { lines += note.lines }
        if furtherAlerts > 0 {
            lines.append("And \(furtherAlerts) more alerts about the same connection.")
        }
        lines.append("These are the frames of the connection of \(a) and \(b), and ICMP about it.")
        return (lines + losses.lines).joined(separator: "\n")
    }
}
