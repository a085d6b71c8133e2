/// Everything that was found before a hub starts, and what is all right.
package struct SetupReport: Hashable, Sendable, Encodable {
    /// Something that was looked at and is all right.
    package struct Passed: Hashable, Sendable, Encodable {
        /// What was looked at, as in a finding.
        package var subject: String
        /// What was seen, in a few words.
        package var words: String
    }

    /// What was found, the worst first.
    package private(set) var findings: [SetupFinding] = []
    /// What is all right.
    package private(set) var passed: [Passed] = []

    package init() {}

    /// True if no mistake was found.
    package var isOK: Bool { count(of: .mistake) == 0 }

    /// How many findings are of this severity.
    package func count(of severity: SetupFinding.Severity) -> Int {
        findings.count { $0.severity == severity }
    }

    /// Adds findings in their place.
    package mutating func add(_ found: [SetupFinding]) {
        let all = findings + found
        findings = SetupFinding.Severity.allCases.flatMap { severity in
            all.filter { $0.severity == severity }
        }
    }

    /// Adds what was found about `subject`; where there are only notes among it, that it passed.
    package mutating func add(_ found: [SetupFinding], of subject: String, else words: String) {
        add(found)
        guard found.allSatisfy({ $0.severity == .note }) else { return }
        passed.append(Passed(subject: subject, words: words))
    }

    /// Adds what another look found.
    package mutating func add(_ other: SetupReport) {
        add(other.findings)
        passed += other.passed
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(isOK, forKey: .ok)
        try container.encode(findings, forKey: .findings)
        try container.encode(passed, forKey: .passed)
    }

    private enum Key: String, CodingKey {
        case ok, findings, passed
    }
}
