import TapStore
import TapWire

/// What people have said of alerts and incidents, in words.
struct RecordedNotes {
    private var notes: [String: [Note]] = [:]
    private var now = Timestamp.now

    /// Nothing was said.
    init() {}

    /// What `notes` say at `now`.
    init(_ notes: [Note], now: Timestamp) {
        self.notes = Dictionary(grouping: notes, by: \.id)
        self.now = now
    }

    /// What stands behind the line of an alert or an incident.
    func words(of id: String) -> String {
        (notes[id] ?? []).compactMap { note in
            switch note.kind {
            case .acknowledged: "  [acknowledged]"
            case .muted: note.isMute(at: now) ? "  [muted]" : nil
            }
        }.joined()
    }

    /// What was said, a line each.
    func lines(of id: String) -> [String] {
        (notes[id] ?? []).map { note in
            let words = note.words.isEmpty ? "" : ": \(String(wire: Array(note.words.utf8)))"
            switch note.kind {
            case .acknowledged: return "Acknowledged at \(note.time.rfc3339)\(words)"
            case .muted:
                let end = note.until.map(\.rfc3339) ?? "?"
                let verb = note.isMute(at: now) ? "Muted until" : "Was muted until"
                return "\(verb) \(end)\(words)"
            }
        }
    }
}
