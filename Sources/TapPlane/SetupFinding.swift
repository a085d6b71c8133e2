/// Something that was found before a hub starts, and what to do about it.
package struct SetupFinding: Hashable, Sendable, Encodable {
    /// How bad it is, the worst first.
    package enum Severity: String, Sendable, Encodable, CaseIterable {
        /// The hub would refuse to start, or could not work.
        case mistake
        /// The hub would start, and something would be lost or not as wished.
        case warning
        /// The hub sees to it, or nothing depends on it; good to know.
        case note
    }

    /// How bad it is.
    package var severity: Severity
    /// The kind of finding as scripts see it, such as `port-has-address`; never changes.
    package var code: String
    /// What it is about: a port, a key with its place, `kernel`, `ring`, `clock`.
    package var subject: String
    /// What is wrong, in words that follow the subject.
    package var problem: String
    /// What to do about it.
    package var fix: String
    /// The command that does it, where there is one.
    package var command: String?

    package init(
        _ severity: Severity,
        _ code: String,
        _ subject: String,
        _ problem: String,
        fix: String,
        command: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.problem = problem
        self.fix = fix
        self.command = command
    }

    /// The mistake for which a hub refuses to start.
    package init(_ error: PlaneError) {
        let advice = error.advice
        let reason = error.errno.map { " (\($0))" } ?? ""
        self.init(
            .mistake,
            advice.name,
            error.port ?? "hub",
            advice.problem + reason,
            fix: advice.fix,
            command: advice.command
        )
    }
}
