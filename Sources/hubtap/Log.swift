import Logging

/// Words of a running program: one line each on standard error.
enum Log {
    /// The logger of this program.
    static var standardError: Logger {
        Logger(label: "hubtap") { _ in LineHandler() }
    }

    /// Writes `hubtap: warning: WORDS`, without a time: what collects standard error adds its own.
    private struct LineHandler: LogHandler {
        var logLevel = Logger.Level.notice
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let level = event.level == .notice ? "" : " \(event.level):"
            Terminal.say("hubtap:\(level) \(event.message)")
        }
    }
}
