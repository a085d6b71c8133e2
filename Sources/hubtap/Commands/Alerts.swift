import ArgumentParser
import Foundation
import TapConfig
import TapLinux
import TapStore
import TapWire

/// `hubtap alerts`: what the rules found.
struct Alerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract:
            "The incidents and alerts; one of them whole as a work order; acknowledge and mute.",
        discussion: """
            Examples:
              hubtap alerts --last 1d
              hubtap alerts --incidents
              hubtap alerts 20261123T120000Z-000001
              hubtap alerts --count 1 --json
              hubtap alerts --follow
              hubtap alerts --ack incident-20261123T120000Z-000001 --note 'relay closed by Ann'
              hubtap alerts --mute 20261123T120000Z-000001 --reason 'our own test' --until 7d
            Reads the store of a hubtap that runs or ran. First come the incidents that are not over, one line each with the \
            verdict, then the alerts; --incidents shows incidents only, those that are over too. An ID shows one of them \
            whole: verdict, facts, dialogue, queue commands, advice, what would refute it.
            A mute deletes nothing: the incident, or every alert of the same rule about the same host, is recorded and shown as before, \
            but goes to no collector of syslog until the time that --until gives (7d, 12h, or RFC 3339). `hubtap dump --alert ID` \
            gives the frames.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The name of one alert or incident: relay.id or incident.id in events, id in syslog.",
            valueName: "id"
        )
    )
    var id: String?

    @Flag(help: "Only incidents, those that are over too.")
    var incidents = false

    @Option(help: ArgumentHelp("Say that somebody has seen to it.", valueName: "id"))
    var ack: String?

    @Option(help: ArgumentHelp("With --ack: what was done.", valueName: "text"))
    var note: String?

    @Option(help: ArgumentHelp("Send nothing of it to syslog for a time.", valueName: "id"))
    var mute: String?

    @Option(help: ArgumentHelp("With --mute: why.", valueName: "text"))
    var reason: String?

    @Option(
        help: ArgumentHelp("With --mute: how long, or until when.", valueName: "span|time"),
        transform: Alerts.end
    )
    var until: Timestamp?

    @OptionGroup var history: HistoryOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard id == nil || !(history.follow || history.last != nil || incidents) else {
            throw ValidationError(
                "an ID names one alert or incident: leave --follow, --last and --incidents out"
            )
        }
        guard !(incidents && history.follow) else {
            throw ValidationError("--follow tells alerts as they come: leave --incidents out")
        }
        guard [id, ack, mute].compactMap(\.self).count <= 1 else {
            throw ValidationError("give one of ID, --ack ID and --mute ID")
        }
        guard
            ack == nil && mute == nil
                || !(history.follow || history.last != nil || history.json || incidents)
        else {
            throw ValidationError(
                "--ack and --mute list nothing: leave --follow, --last, --json and --incidents out"
            )
        }
        guard note == nil || ack != nil else {
            throw ValidationError("--note belongs to --ack ID")
        }
        guard mute != nil || (reason == nil && until == nil) else {
            throw ValidationError("--reason and --until belong to --mute ID")
        }
        guard mute == nil || (reason?.contains { !$0.isWhitespace } == true && until != nil) else {
            throw ValidationError(
                "--mute needs --reason TEXT and --until TIME, such as --until 7d: a mute says why, and ends by itself"
            )
        }
    }

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        if let ack { return try acknowledge(ack) }
        if let mute { return try silence(mute) }
        let store = try store.open()
        defer { store.close() }
        if let id { return try show(id, in: store) }
        let hasColour = Terminal.hasColour
        let notes = try Self.notes(in: store)
        try list(in: store, notes, hasColour: hasColour)
        guard !incidents else { return }
        let walk = HistoryWalk(history) { try store.alerts($0) }
        try await walk.run { entry in
            guard !history.json else { return [entry.json] }
            let alert = RecordedAlert(entry)
            return [alert.head(hasColour: hasColour) + notes.words(of: alert)]
        }
    }

    private static func notes(in store: Store) throws -> RecordedNotes {
        try Failure.rethrow(as: 1) { RecordedNotes(try store.notes(), now: .now) }
    }

    /// The incidents, those that are not over or all, the latest last.
    private func list(in store: Store, _ notes: RecordedNotes, hasColour: Bool) throws {
        let entries = try Failure.rethrow(as: 1) {
            try store.incidents(since: history.since ?? .distantPast)
        }
        var output = OutputLines()
        for entry in entries.filter({ incidents || !$0.isClosed }).suffix(history.count) {
            if history.json {
                try output.write(entry.json)
            } else if let report = try? IncidentText.report(ofEvent: entry.json) {
                // An event that another version has written otherwise is left to --json.
                try output.write(
                    IncidentText(report, notes: notes).head(hasColour: hasColour)
                )
            }
        }
        try output.flush()
    }

    private func show(_ id: String, in store: Store) throws {
        let (alert, incident, evidence) = try Failure.rethrow(as: 1) {
            (
                try store.alert(named: id), try store.incident(named: id),
                try store.evidence(of: id)
            )
        }
        let notes = try Self.notes(in: store)
        let hasColour = Terminal.hasColour
        var output = OutputLines()
        if history.json, let json = incident?.json ?? alert?.json {
            try output.write(json)
        } else if let incident {
            let report = try Failure.rethrow(as: 1) {
                try IncidentText.report(ofEvent: incident.json)
            }
            for line in IncidentText(report, notes: notes).lines(hasColour: hasColour) {
                try output.write(line)
            }
        } else if let alert {
            let alert = RecordedAlert(alert)
            for line in alert.lines(evidence: evidence, hasColour: hasColour) {
                try output.write(line)
            }
            for line in notes.lines(of: alert) { try output.write("    \(line)") }
        } else {
            throw try store.unknownAlert(id)
        }
        try output.flush()
    }
}

// MARK: - What people say of them

extension Alerts {
    private func acknowledge(_ id: String) throws {
        _ = try keep(Note(id: id, kind: .acknowledged, time: .now, words: note ?? ""))
        Terminal.say("hubtap: \(id) is acknowledged")
    }

    private func silence(_ id: String) throws {
        guard let until, let reason else { return }
        guard until > .now else {
            throw Failure.usage("--until \(until.rfc3339) is past: give a time to come, such as 7d")
        }
        let note = try keep(
            Note(id: id, kind: .muted, time: .now, words: reason, until: until)
        )
        let others = note.rule.flatMap { rule in
            note.server.map { ", and all of \(rule) about \(RecordedAlert.words(about: $0))," }
        }
        Terminal.say("hubtap: \(id)\(others ?? "") is muted until \(until.rfc3339)")
    }

    /// Writes `note` beside the observer that may be running, and returns it with what it covers.
    private func keep(_ note: Note) throws -> Note {
        var note = note
        let store = try store.openForNotes()
        defer { store.close() }
        let (alert, incident) = try Failure.rethrow(as: 1) {
            (try store.alert(named: note.id), try store.incident(named: note.id))
        }
        guard alert != nil || incident != nil else { throw try store.unknownAlert(note.id) }
        if let alert, note.kind == .muted {
            (note.rule, note.server) = (alert.rule, RecordedAlert(alert).about)
        }
        try Failure.rethrow(as: 1) { try store.keep(note) }
        return note
    }

    /// Reads a time to come: a span from now on, or RFC 3339.
    private static func end(_ text: String) throws -> Timestamp {
        if let span = TimeSpan(text) { return Timestamp.now.advanced(by: span.duration) }
        guard let point = TimePoint(argument: text) else {
            throw ValidationError(
                "'\(text)' is no end: give a span such as 7d or 12h, or a time such as 2026-12-24T08:00:00Z"
            )
        }
        return point.timestamp(now: .now)
    }
}
