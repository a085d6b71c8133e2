import Foundation
import TapObserve
import TapStore
import TapWire

/// An alert of the history, for people.
struct RecordedAlert {
    private let entry: AlertEntry

    /// Shows `entry`.
    init(_ entry: AlertEntry) { self.entry = entry }

    /// The address of the host that it is about; one that an earlier hubtap has kept does not say it.
    var about: String { details?.server ?? server }

    /// The incident that it belongs to; nil if it belongs to none.
    var incident: String? { details?.incident }

    /// Its name.
    var id: String { entry.id }

    /// Its rule.
    var rule: String { entry.rule }

    /// The server's address without its port.
    private var server: String {
        let address = entry.server.lastIndex(of: ":").map { entry.server[..<$0] }
        return (address ?? entry.server[...]).trimmingCharacters(in: ["[", "]"])
    }

    /// What the event says of it; nil if it cannot be read.
    private var details: Details.Relay? {
        try? JSONDecoder().decode(Details.self, from: Data(entry.json.utf8)).relay
    }

    /// The alert in one line, with its name.
    func head(hasColour: Bool) -> String {
        let severity = Severity(rawValue: entry.severity) ?? .low
        let words = "\(severity.word)  \(Self.harmless(entry.signature))  [\(entry.rule)]"
        return "\(entry.id)  " + severity.style(words, when: hasColour)
    }

    /// The alert with all that is known of it, line by line.
    func lines(evidence: EvidenceEntry?, hasColour: Bool) -> [String] {
        var lines = [head(hasColour: hasColour)]
        if let relay = details {
            lines.append("    \(Self.harmless(relay.why))")
            lines.append("    -> \(Self.harmless(relay.advice))")
            lines.append("    Sure to \(Int(relay.confidence * 100 + 0.5)) %.")
            if let incident = relay.incident {
                lines.append("    Incident: \(Self.harmless(incident))")
            }
        }
        lines.append("    When: \(entry.time.rfc3339)")
        if !entry.server.isEmpty {
            lines.append("    Client \(entry.client), server \(entry.server)")
        }
        if about != server || about.isEmpty {
            lines.append("    About \(Self.words(about: about))")
        }
        lines.append("    Frames \(entry.firstSequence) to \(entry.lastSequence) of the ring")
        lines.append("    Evidence: \(Self.words(evidence))")
        return lines
    }

    /// The host in words: what the tap has missed is about none, and stood under an address that is none before.
    static func words(about host: String) -> String {
        host.isEmpty || host == "0.0.0.0" ? "the tap itself" : harmless(host)
    }

    private static func words(_ evidence: EvidenceEntry?) -> String {
        guard let evidence else { return "none was asked for" }
        let reason = evidence.reason.map { " (\($0))" } ?? ""
        switch evidence.state {
        case .written: return evidence.file
        case .pending: return "\(evidence.file), not whole yet"
        case .failed: return "none could be had" + reason
        case .deleted: return "\(evidence.file) was deleted" + reason
        }
    }

    private static func harmless(_ text: String) -> String {
        String(wire: Array(text.utf8), limit: 2_000)
    }

    /// The keys of the event that are needed.
    private struct Details: Decodable {
        struct Relay: Decodable {
            var why: String
            var advice: String
            var confidence: Double
            var incident: String?
            var server: String?
        }

        var relay: Relay
    }
}

extension Severity {
    /// The word for it in what people read.
    var word: String {
        switch self {
        case .critical: "CRITICAL"
        case .high: "HIGH"
        case .medium: "WARNING"
        case .low: "NOTE"
        }
    }

    /// How it looks on a terminal.
    var style: Style {
        switch self {
        case .critical, .high: .red
        case .medium: .yellow
        case .low: .dim
        }
    }
}
