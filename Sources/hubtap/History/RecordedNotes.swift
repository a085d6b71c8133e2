import TapStore
import TapWire

/// What people have said of alerts and incidents, in words.
struct RecordedNotes {
    private var notes: [String: [Note]] = [:]
    private var now = Timestamp.now
    /// The mutes that have not ended.
    private var mutes: [Note] = []

    /// Nothing was said.
    init() {}

    /// What `notes` say at `now`.
    init(_ notes: [Note], now: Timestamp) {
        self.notes = Dictionary(grouping: notes, by: \.id)
        self.now = now
        mutes = notes.filter { $0.isMute(at: now) }
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

    /// What stands behind the line of `alert`, which the mute of another, or of its incident, covers too.
    func words(of alert: RecordedAlert) -> String {
        words(of: alert.id) + (mute(of: alert) == nil ? "" : "  [muted]")
    }

    /// What was said of `alert`, a line each, with the mute of another that covers it.
    func lines(of alert: RecordedAlert) -> [String] {
        guard let mute = mute(of: alert), let until = mute.until else { return lines(of: alert.id) }
        let words = String(wire: Array(mute.words.utf8))
        return lines(of: alert.id) + ["Muted with \(mute.id) until \(until.rfc3339): \(words)"]
    }

    /// The mute of something else that covers `alert`; nil if it is muted itself.
    private func mute(of alert: RecordedAlert) -> Note? {
        guard !mutes.isEmpty, !mutes.contains(where: { $0.id == alert.id }) else { return nil }
        let (incident, about) = (alert.incident, alert.about)
        return mutes.first { note in
            note.id == incident || (note.rule == alert.rule && note.server == about)
        }
    }
}
