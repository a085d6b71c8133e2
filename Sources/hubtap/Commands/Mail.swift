import ArgumentParser
import Foundation
import TapFlow
import TapLinux
import TapMail
import TapRelay
import TapStore
import TapWire

/// `hubtap mail`: the mail that crossed, and what its servers show of themselves.
struct Mail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract:
            "The mail that crossed, and what the mail servers show of themselves: is it fixed?",
        discussion: """
            Examples:
              hubtap mail --last 1d
              hubtap mail --from '<>' --outcome accepted
              hubtap mail --to @example.net --client 203.0.113.9 --count 20 --json
              hubtap mail --follow
              hubtap mail --servers
            Reads the store of a hubtap that runs or ran, and changes nothing. --servers has a row for each server, port \
            and side of the clients: TLS, AUTH, and the answer to a stranger's mail for a stranger, each since when it is \
            so (UTC); '?' is what was not seen. Below stands what was learned of who is who, and why: domains that are the \
            servers' own or that they relay for, where they hand mail on to, who relays without a login. What 'mail:' in the \
            configuration says wins over it. A pattern is an address, @domain for all of a domain, or '<>' for the null \
            sender.
            """
    )

    @Flag(help: "The servers with their TLS, AUTH and answer to strangers, instead of the mail.")
    var servers = false

    @Option(
        help: ArgumentHelp("Only mail from this sender.", valueName: "pattern"),
        transform: Mail.pattern
    )
    var from: AddressPattern?

    @Option(
        help: ArgumentHelp(
            "Only mail for this recipient, accepted or refused.",
            valueName: "pattern"
        ),
        transform: Mail.pattern
    )
    var to: AddressPattern?

    @Option(help: "Only mail that ended so: accepted, rejected, reset, aborted or unfinished.")
    var outcome: SMTPOutcome?

    @Option(help: "Only mail of the client with this address.", transform: Mail.address)
    var client: IPAddress?

    @OptionGroup var history: HistoryOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        let isNarrowed =
            from != nil || to != nil || outcome != nil || client != nil || history.last != nil
        guard !servers || !(isNarrowed || history.follow) else {
            throw ValidationError(
                "--servers shows all servers as they were seen last: leave out what selects mail, and --follow"
            )
        }
    }

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let store = try store.open()
        defer { store.close() }
        if servers { return try showServers(store) }
        let pattern = MailPattern(sender: from, recipient: to)
        let walk = HistoryWalk(history, types: ["smtp"]) { try store.events($0) }
        try await walk.run { entry in
            // An event that another version has written otherwise is no mail that fits.
            guard let mail = try? RecordedTransaction(json: entry.json) else { return nil }
            guard outcome == nil || mail.transaction.outcome == outcome else { return nil }
            guard client == nil || mail.flow.a.address == client else { return nil }
            guard pattern.matches(mail.transaction) else { return nil }
            return [history.json ? entry.json : mail.words]
        }
    }

    private func showServers(_ store: Store) throws {
        let entries = try Failure.rethrow(as: 1) { try store.postures() }
        var reports: [PostureReport] = []
        for entry in entries {
            let data = Data(entry.json.utf8)
            if let report = try? JSONDecoder().decode(PostureReport.self, from: data) {
                reports.append(report)
            }
        }
        reports = Array(reports.inOrder.prefix(history.count))
        // What another version has stored otherwise is not shown.
        let memory = try Failure.rethrow(as: 1) { try store.newestCheckpoint() }
            .flatMap { try? JSONDecoder().decode(AnalysisMemory.self, from: $0.memory) }
        let knowledge = memory?.relay?.knowledge ?? []
        var output = OutputLines()
        if history.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for report in reports {
                try output.write(String(decoding: try encoder.encode(report), as: UTF8.self))
            }
            for item in knowledge {
                let line = try encoder.encode(["learned": item])
                try output.write(String(decoding: line, as: UTF8.self))
            }
        } else {
            let table = PostureTable(reports)
            for line in table.lines(hasColour: Terminal.hasColour) { try output.write(line) }
            for line in knowledge.lines(hasColour: Terminal.hasColour) { try output.write(line) }
        }
        try output.flush()
        if reports.isEmpty { Terminal.say("hubtap: \(store.path): no mail server was seen yet") }
    }

    private static func pattern(_ text: String) throws -> AddressPattern {
        guard let pattern = AddressPattern(text) else {
            throw ValidationError(
                "'\(text)' is no pattern: give an address, @domain for all of a domain, or '<>' for the null sender"
            )
        }
        return pattern
    }

    private static func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValidationError("'\(text)' is no IPv4 or IPv6 address")
        }
        return address
    }
}
