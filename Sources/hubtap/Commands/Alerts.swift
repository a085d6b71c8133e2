import ArgumentParser
import Foundation
import TapLinux
import TapStore

/// `hubtap alerts`: what the rules found.
struct Alerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The alerts that were raised; one of them with its reason, advice and evidence.",
        discussion: """
            Examples:
              hubtap alerts --last 1d
              hubtap alerts 20261123T120000Z-000001
              hubtap alerts --count 1 --json
              hubtap alerts --follow
            Reads the store of a hubtap that runs or ran, and changes nothing. `hubtap dump --alert ID` gives the frames.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The name of one alert: relay.id in events, id in syslog.",
            valueName: "id"
        )
    )
    var id: String?

    @OptionGroup var history: HistoryOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard id == nil || !(history.follow || history.last != nil) else {
            throw ValidationError("an ID names one alert: leave --follow and --last out")
        }
    }

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let store = try store.open()
        defer { store.close() }
        if let id { return try show(id, in: store) }
        let hasColour = Terminal.hasColour
        let walk = HistoryWalk(history) { try store.alerts($0) }
        try await walk.run { entry in
            [history.json ? entry.json : RecordedAlert(entry).head(hasColour: hasColour)]
        }
    }

    private func show(_ id: String, in store: Store) throws {
        let (entry, evidence) = try Failure.rethrow(as: 1) {
            (try store.alert(named: id), try store.evidence(of: id))
        }
        guard let entry else {
            throw try store.unknownAlert(id)
        }
        var output = OutputLines()
        if history.json {
            try output.write(entry.json)
        } else {
            let alert = RecordedAlert(entry)
            for line in alert.lines(evidence: evidence, hasColour: Terminal.hasColour) {
                try output.write(line)
            }
        }
        try output.flush()
    }
}
