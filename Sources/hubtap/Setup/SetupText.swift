import TapPlane

/// A set-up report as people read it: each finding with its fix, then what is all right, then the sum.
struct SetupText {
    var report: SetupReport
    var hasColour: Bool

    /// The text, line by line.
    var lines: [String] {
        report.findings.flatMap(lines) + report.passed.map(line) + [sum]
    }

    private func lines(for finding: SetupFinding) -> [String] {
        let label = label(finding.severity.rawValue, style(finding.severity))
        var lines = ["\(label)\(finding.subject): \(finding.problem)"]
        if !finding.fix.isEmpty { lines.append("\(Self.indent)fix: \(finding.fix)") }
        if let command = finding.command { lines.append("\(Self.indent)  $ \(command)") }
        return lines
    }

    private func line(for passed: SetupReport.Passed) -> String {
        "\(label("ok", .green))\(passed.subject): \(passed.words)"
    }

    private var sum: String {
        let mistakes = report.count(of: .mistake)
        let warnings = Self.count(report.count(of: .warning), "warning")
        guard mistakes > 0 else { return "no mistakes, \(warnings): hubtap can run" }
        return "\(Self.count(mistakes, "mistake")), \(warnings): hubtap would not run"
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private func style(_ severity: SetupFinding.Severity) -> Style {
        switch severity {
        case .mistake: .red
        case .warning: .yellow
        case .note: .bold
        }
    }

    private func label(_ word: String, _ style: Style) -> String {
        let padding = String(repeating: " ", count: Self.indent.count - word.count)
        return style(word, when: hasColour) + padding
    }

    private static let indent = "         "
}
