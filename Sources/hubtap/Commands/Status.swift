import ArgumentParser
import Foundation
import TapConfig
import TapRing
import TapSinks
import TapStore

/// `hubtap status`: ports, rates, the loss ledger, the span of the ring, observers and sinks.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ports, rates, losses by cause, the span of the ring, observers and sinks.",
        discussion: """
            Examples:
              sudo hubtap status
              sudo hubtap status --json
            The sums balance: what entered a port was forwarded or is listed with its cause, and was mirrored or is \
            listed with its cause. Works whether the hub runs or not.
            """
    )

    @Flag(help: "One JSON object, as in the events of type stats.")
    var json = false

    @OptionGroup var ring: RingOptions

    func run() async throws {
        let settings = try ring.configuration.load()
        let path = try ring.path()
        let before = try snapshot(path)
        if json {
            var report = before.report
            let (note, sinks) = stored(settings.storePath)
            report.observers = note?.reports ?? []
            report.streams = note?.streams
            report.evidence = note?.evidence
            report.sinks = sinks
            let line = try EVEEncoder(portNames: report.ports.map(\.name)).line(for: report)
            print(line)
            return
        }
        try await Task.sleep(for: .milliseconds(300))
        let (note, sinks) = stored(settings.storePath)
        let text = StatusText(
            before: before,
            now: try snapshot(path),
            sinks: sinks,
            evidence: note?.evidence,
            observers: (note?.reports ?? []).map(words) + (note?.streamLines ?? []),
            hasColour: Terminal.hasColour
        )
        for line in text.lines { print(line) }
    }

    private func snapshot(_ path: String) throws(Failure) -> RingSnapshot {
        try Failure.rethrow(as: 1) {
            let reader = try RingReader(path: path, from: .newest)
            return try RingSnapshot(reader, path: path)
        }
    }

    /// What the observer noted beside its store and the sinks' outboxes in it; nothing where they cannot be read.
    private func stored(_ path: String) -> (ObserverNote?, [OutboxLedger]) {
        let note = ObserverNote(besideStore: path)
        guard let store = try? Store(reading: path) else { return (note, []) }
        return (note, (try? store.outboxes()) ?? [])
    }

    private func words(_ observer: StatsReport.Observer) -> String {
        "observer  \(observer.name): \(observer.frames) frames, \(observer.lag) behind, "
            + "\(observer.missed) missed, \(observer.flows) connections, \(observer.events) events, "
            + "\(observer.alerts) alerts"
    }
}
