import ArgumentParser
import Foundation
import TapConfig
import TapLinux
import TapStore
import TapWire

/// `hubtap judge`: what other thresholds would have said.
struct Judge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Recorded events through the rules again, with other thresholds if wanted.",
        discussion: """
            Examples:
              hubtap judge /var/log/hubtap/eve.json --config new.yaml
              hubtap judge --last 30d --config new.yaml
              hubtap analyze --json capture.pcapng | hubtap judge -
            Takes events of mail (smtp, smtp_inferred, the sessions) and of the tap as EVE lines, or out of the store, and holds them \
            against the rules as the configuration sets them. Prints the alerts and incidents that follow, and how many of \
            each rule there are more or fewer than were recorded with the events. Changes nothing. Lines that cannot be read \
            are named by their numbers and left out.
            """
    )

    @Argument(
        help: "Files of EVE lines; '-' is standard input.",
        completion: .file(extensions: ["json"])
    )
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "Instead of files: the events of the store that are younger, such as 30d.",
            valueName: "span"
        )
    )
    var last: TimeSpan?

    @Flag(help: "Print the alerts and incidents as EVE JSON, one a line, instead of words.")
    var json = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard files.isEmpty == (last != nil) else {
            throw ValidationError("give files of EVE lines, or --last SPAN for those of the store")
        }
    }

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let settings = try store.configuration.loadWithTables()
        if let notice = settings.mail.contactNotice { Terminal.say("hubtap: \(notice)") }
        var rejudgement = Rejudgement(settings: settings, printsEvents: json)
        if let last {
            let store = try store.open()
            defer { store.close() }
            try Failure.rethrow(as: 1) { try rejudgement.read(store, last: last) }
        }
        for file in files { try rejudgement.read(file) }
        try rejudgement.finish()
    }
}
