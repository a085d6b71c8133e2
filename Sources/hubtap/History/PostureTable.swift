import TapRelay
import TapWire

/// Mail servers as a table of at most 100 columns: what they show, and below it since when.
struct PostureTable {
    /// The widths of server, side, TLS, AUTH; what strangers get may take the rest of 100 columns.
    private static let widths = [21, 9, 22, 22]

    private let reports: [PostureReport]

    /// Shows `reports`, in their order.
    init(_ reports: [PostureReport]) { self.reports = reports }

    /// The table, line by line; nothing where there is no server.
    func lines(hasColour: Bool) -> [String] {
        guard !reports.isEmpty else { return [] }
        let titles = ["SERVER", "SEEN FROM", "TLS", "AUTH", "STRANGERS' MAIL"]
        var lines = [
            Style.bold(Self.row(titles.map { Cell($0) }, hasColour: false), when: hasColour)
        ]
        var server = ""
        for report in reports {
            let name = Self.name(of: report)
            lines += Self.lines(
                of: report,
                showing: name == server ? "" : name,
                hasColour: hasColour
            )
            server = name
        }
        return lines
    }

    /// A server in one line, for a summary.
    static func sentence(of report: PostureReport) -> String {
        let cells = [tls(report), auth(report), strangers(report)]
        let facts = zip(["TLS", "AUTH", "strangers' mail"], cells).map { title, cell in
            // A version says itself that it is of TLS.
            (cell.text.contains(title) ? "" : title + " ") + cell.text
                + (cell.since.isEmpty ? "" : " \(cell.since)")
        }
        return "\(name(of: report)) seen from \(report.side.rawValue): "
            + facts.joined(separator: "; ")
    }

    /// A value, its look, and since when it is so.
    private struct Cell {
        var text: String
        var style: Style?
        var since = ""

        init(_ text: String, _ style: Style? = nil, since: String? = nil) {
            self.text = text
            self.style = style
            self.since = since.map { "since \(PostureTable.minute($0))" } ?? ""
        }
    }

    private static func name(of report: PostureReport) -> String {
        report.server.contains(":")
            ? "[\(report.server)]:\(report.port)" : "\(report.server):\(report.port)"
    }

    private static func lines(of report: PostureReport, showing name: String, hasColour: Bool)
        -> [String]
    {
        var lines: [String] = []
        var shown = name
        if shown.count > widths[0] {
            lines.append(shown)
            shown = ""
        }
        let facts = [tls(report), auth(report), strangers(report)]
        let what = [report.name, report.software?.value].compactMap(\.self).joined(separator: " ")
        let below = name.isEmpty ? "" : cut(harmless(what), to: widths[0])
        lines.append(
            row([Cell(shown), Cell(report.side.rawValue)] + facts, hasColour: hasColour)
        )
        let dates = [Cell(below, .dim), Cell("")] + facts.map { Cell($0.since, .dim) }
        let second = row(dates, hasColour: hasColour)
        if dates.contains(where: { !$0.text.isEmpty }) { lines.append(second) }
        return lines
    }

    private static func row(_ cells: [Cell], hasColour: Bool) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            let width = isLast ? 100 - widths.reduce(0) { $0 + $1 + 1 } : widths[index]
            let text = cut(cell.text, to: width)
            let padding = isLast ? "" : String(repeating: " ", count: width - text.count + 1)
            let styled = text.isEmpty ? "" : cell.style?(text, when: hasColour) ?? text
            line += styled + padding
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "\u{2026}"
    }

    private static func harmless(_ text: String) -> String {
        String(wire: Array(text.utf8), limit: 200)
    }

    /// `2026-11-23 12:00` of an RFC 3339 time.
    fileprivate static func minute(_ time: String) -> String {
        String(time.prefix(16)).replacing("T", with: " ")
    }
}

// MARK: - What the cells say

extension PostureTable {
    private static func tls(_ report: PostureReport) -> Cell {
        let version = report.versions.max { $0.last < $1.last }?.name
        if let offer = report.startTLS, offer.value == "none" {
            return Cell("no STARTTLS", .red, since: offer.since)
        }
        if let tls = report.tls {
            guard tls.value == "established" else {
                return Cell("STARTTLS refused", .red, since: tls.since)
            }
            let isOld = version.map { !["TLS 1.2", "TLS 1.3"].contains($0) } ?? false
            return Cell(version ?? "established", isOld ? .yellow : .green, since: tls.since)
        }
        guard let offer = report.startTLS else { return Cell("?") }
        return Cell("STARTTLS offered", .green, since: offer.since)
    }

    private static func auth(_ report: PostureReport) -> Cell {
        if let auth = report.auth, !auth.value.isEmpty {
            return Cell(
                "in clear: " + harmless(auth.value.joined(separator: " ")),
                .yellow,
                since: auth.since
            )
        }
        if let secured = report.securedAuth {
            let words = harmless(secured.value.joined(separator: " "))
            return Cell(
                words.isEmpty ? "none" : "in TLS: " + words,
                words.isEmpty ? nil : .green,
                since: secured.since
            )
        }
        guard let auth = report.auth else { return Cell("?") }
        let isHidden = report.tls?.value == "established" || report.startTLS?.value == "offered"
        return Cell(isHidden ? "none in clear" : "none", since: auth.since)
    }

    private static func strangers(_ report: PostureReport) -> Cell {
        guard let relay = report.relay else {
            return Cell(report.side == .outside ? "none seen" : "-")
        }
        let doubt = relay.confidence < 0.8 ? "?" : ""
        let isRefused = relay.value == "refused"
        return Cell(
            (isRefused ? "refused" : "ACCEPTED") + " \(relay.code)\(doubt)",
            isRefused ? .green : .red,
            since: relay.since
        )
    }
}

extension [PostureReport] {
    /// Ours first, then by address and port; what strangers see before what the house sees.
    var inOrder: [PostureReport] {
        func key(_ report: PostureReport) -> (Int, Int, UInt64, UInt64, UInt16, Int) {
            let address = IPAddress(report.server)
            return (
                report.isOurs ? 0 : 1, address?.isIPv6 == true ? 1 : 0, address?.high ?? 0,
                address?.low ?? 0, report.port, report.side == .outside ? 0 : 1
            )
        }
        return sorted { key($0) < key($1) }
    }
}
