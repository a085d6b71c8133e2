import Foundation
import TapFlow
import TapSinks

/// How far the observers have come, noted beside the store for `hubtap status`.
struct ObserverNote: Codable {
    /// The observer process.
    var processID: Int32
    /// The observers.
    var observers: [Line]
    /// What became of the frames on the way to them, by name.
    var streams: [String: UInt64]?
    /// What became of evidence; nil if none is kept.
    var evidence: EvidenceLedger?

    /// How far one observer has come.
    struct Line: Codable {
        var name: String
        var frames: UInt64
        var lag: UInt64
        var missed: UInt64
        var flows: UInt64
        var events: UInt64
        var alerts: UInt64
    }

    /// Notes `observers` of this process, what became of the frames before them, and of its evidence.
    init(
        _ observers: [StatsReport.Observer],
        streams: [String: UInt64],
        evidence: EvidenceLedger?
    ) {
        self.streams = streams
        self.evidence = evidence
        processID = ProcessInfo.processInfo.processIdentifier
        self.observers = observers.map { observer in
            Line(
                name: observer.name,
                frames: observer.frames,
                lag: observer.lag,
                missed: observer.missed,
                flows: observer.flows,
                events: observer.events,
                alerts: observer.alerts
            )
        }
    }

    /// The observers as a report has them.
    var reports: [StatsReport.Observer] {
        observers.map { line in
            StatsReport.Observer(
                name: line.name,
                frames: line.frames,
                lag: line.lag,
                missed: line.missed,
                flows: line.flows,
                events: line.events,
                alerts: line.alerts
            )
        }
    }

    /// The counts in words: what came, and whatever else is not 0, under the names that events have.
    var streamLines: [String] { StreamCounts.lines(streams ?? [:]) }

    private static func url(besideStore path: String) -> URL {
        URL(fileURLWithPath: path + ".observer.json")
    }

    /// The note beside the store at `path`; nil if there is none that can be read.
    init?(besideStore path: String) {
        guard let data = try? Data(contentsOf: Self.url(besideStore: path)),
            let note = try? JSONDecoder().decode(Self.self, from: data)
        else { return nil }
        self = note
    }

    /// Writes the note beside the store at `path`, whole or not at all.
    func write(besideStore path: String) throws {
        try JSONEncoder().encode(self).write(to: Self.url(besideStore: path), options: .atomic)
    }
}
