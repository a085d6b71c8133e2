import ArgumentParser
import TapConfig
import TapWire

/// Which part of the history is shown, and how.
struct HistoryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only what is younger, such as 1d, 2h or 10m.", valueName: "span"))
    var last: TimeSpan?

    @Option(
        help: ArgumentHelp("The newest so many of what fits.", valueName: "number")
    )
    var count: Int = 1_000

    @Flag(help: "EVE JSON, one event a line, instead of words.")
    var json = false

    @Flag(help: "Go on with what comes, until Ctrl-C.")
    var follow = false

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count \(count): give 1 or more") }
    }

    /// Nothing before this time is shown; nil for no bound.
    var since: Timestamp? { last.map { Timestamp.now.advanced(by: .zero - $0.duration) } }
}
