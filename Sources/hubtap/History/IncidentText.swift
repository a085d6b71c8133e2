import Foundation
import TapObserve
import TapRelay
import TapStore
import TapWire

/// An incident for people: in one line, or whole as a work order.
struct IncidentText {
    private let report: IncidentReport
    private let notes: RecordedNotes

    /// Shows `report` with what people have said of it.
    init(_ report: IncidentReport, notes: RecordedNotes = RecordedNotes()) {
        self.report = report
        self.notes = notes
    }

    /// Reads the report of an event of type `incident`.
    ///
    /// - Throws: `DecodingError` for anything else.
    static func report(ofEvent json: String) throws -> IncidentReport {
        struct Event: Decodable { var incident: IncidentReport }
        return try JSONDecoder().decode(Event.self, from: Data(json.utf8)).incident
    }

    /// The incident in one line, with its name.
    func head(hasColour: Bool) -> String {
        let words =
            "\(level.word)  \(report.kind.rawValue)  \(report.state.rawValue)  \(harmless(report.verdict))"
        return "\(report.id)  " + level.style(words, when: hasColour)
            + notes.words(of: report.id)
    }

    /// The work order, line by line.
    func lines(hasColour: Bool) -> [String] {
        var lines = [head(hasColour: hasColour)]
        for section in report.sections {
            let isShort = section.lines.count == 1
            lines.append("    \(section.title)" + (isShort ? " \(harmless(section.lines[0]))" : ""))
            if !isShort { lines += section.lines.map { "        \(harmless($0))" } }
        }
        lines += notes.lines(of: report.id).map { "    \($0)" }
        return lines
    }

    private var level: Severity {
        switch report.level {
        case "critical": .critical
        case "high": .high
        case "medium": .medium
        default: .low
        }
    }

    private func harmless(_ text: String) -> String { String(wire: Array(text.utf8), limit: 4_000) }
}
