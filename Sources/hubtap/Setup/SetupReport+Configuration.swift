import TapConfig
import TapPlane

extension SetupReport {
    /// Adds the mistakes in the configuration file at `path`, or that it is all right.
    mutating func add(configuration mistakes: [ConfigurationError], path: String?) {
        add(
            mistakes.map { SetupFinding($0) },
            of: "configuration",
            else: path ?? "no file, the defaults"
        )
    }
}

extension SetupFinding {
    /// A mistake in the configuration file, with its place and key for a subject.
    fileprivate init(_ error: ConfigurationError) {
        let line = error.line.map { ":\($0)" } ?? ""
        let place = [(error.file ?? "") + line, error.key]
        self.init(
            .mistake,
            Self.code(error.code),
            place.filter { !$0.isEmpty }.joined(separator: ": "),
            error.problem,
            fix: error.remedy
        )
    }

    private static func code(_ code: ConfigurationError.Code) -> String {
        switch code {
        case .unreadable: "configuration-unreadable"
        case .syntax: "configuration-syntax"
        case .unknownKey: "configuration-unknown-key"
        case .badValue: "configuration-bad-value"
        case .unsupported: "configuration-unsupported"
        }
    }
}
