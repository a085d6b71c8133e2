import Foundation
import TapConfig
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapRing
import TapWire

/// The dialogue, the alerts and the ports' rates of a live ring, on a terminal or as plain lines.
struct LiveView: ~Copyable {
    /// How often the rates are told.
    private static let rateInterval = Duration.seconds(1)

    private let path: String
    private let hasColour = Terminal.hasColour
    private let isTerminal = Terminal.isOutputTerminal
    private var reader: RingReader
    private let pipeline: Pipeline
    private var output = OutputLines()
    private var earlier: RingSnapshot
    private var toldAt = ContinuousClock.now

    /// Looks at what `reader` reads; rates are those since `earlier`.
    init(
        of reader: consuming RingReader,
        at path: String,
        settings: HubtapConfiguration,
        since earlier: RingSnapshot
    ) {
        self.path = path
        self.earlier = earlier
        pipeline = Catalog.pipeline(settings, ports: reader.ports.map(\.name), tellsDialogue: true)
        self.reader = reader
    }

    /// Tells what comes until `stop` is raised.
    mutating func run(until stop: StopFlag) throws {
        defer { clearRates() }
        var findings: [Finding] = []
        while !stop.isRaised {
            let isCaughtUp = try readBatch(&findings)
            for finding in findings { try tell(finding) }
            findings.removeAll(keepingCapacity: true)
            try output.flush()
            guard isCaughtUp else { continue }
            try tellRates()
            _ = try reader.wait(upTo: .milliseconds(100))
        }
    }

    private mutating func readBatch(_ findings: inout [Finding]) throws(RingError) -> Bool {
        for _ in 0..<1_024 {
            guard let entry = try reader.next() else {
                pipeline.advance(to: .now, into: &findings)
                return true
            }
            switch entry {
            case .frame(let frame): pipeline.process(frame, into: &findings)
            case .gap(let gap): pipeline.noteGap(frameCount: gap.count)
            }
        }
        return false
    }

    private mutating func tell(_ finding: Finding) throws {
        switch finding {
        case .alert(let alert):
            for line in AlertText(alert).lines(hasColour: hasColour) { try write(line) }
        case .event(let record):
            guard let words = Self.words(record.event, of: record.context.flow) else { return }
            let time = record.context.moment.time.rfc3339.dropFirst(11).prefix(8)
            try write(Style.dim(String(time), when: hasColour) + "  " + words)
        }
    }

    /// A step of a dialogue, or a server that has changed, in plain words; nil for anything else.
    private static func words(_ event: any ObservedEvent, of flow: Flow) -> String? {
        switch event {
        case let event as SMTPEvent: words(event, of: flow)
        case let event as POP3Event: words(event, of: flow)
        case let event as IMAPEvent: words(event, of: flow)
        case let posture as PostureEvent: posture.words
        default: nil
        }
    }

    private static func words(_ event: SMTPEvent, of flow: Flow) -> String? {
        switch event {
        case .exchange(let exchange): SMTPNarrator.tell(exchange, of: flow)
        case .inferred(let transaction): SMTPNarrator.tell(transaction.value, of: flow)
        case .anomaly(let anomaly): SMTPNarrator.tell(anomaly, of: flow)
        case .session(let session): SMTPNarrator.tell(session.value, of: flow)
        case .overlap(let overlap): overlap.words(of: flow)
        case .transaction, .refusals: nil
        }
    }

    private static func words(_ event: POP3Event, of flow: Flow) -> String? {
        switch event {
        case .exchange(let exchange): POP3Narrator.tell(exchange, of: flow)
        case .session(let session) where session.tls != nil: POP3Narrator.tell(session, of: flow)
        case .overlap(let overlap): overlap.words(of: flow)
        case .session: nil
        }
    }

    private static func words(_ event: IMAPEvent, of flow: Flow) -> String? {
        switch event {
        case .exchange(let exchange): IMAPNarrator.tell(exchange, of: flow)
        case .session(let session) where session.tls != nil: IMAPNarrator.tell(session, of: flow)
        case .overlap(let overlap): overlap.words(of: flow)
        case .session: nil
        }
    }

    private mutating func write(_ line: String) throws {
        clearRates()
        try output.write(line)
    }

    /// Redraws the last line of a terminal with what each port carries.
    private mutating func tellRates() throws {
        guard isTerminal, .now - toldAt >= Self.rateInterval else { return }
        toldAt = .now
        let snapshot = try RingSnapshot(reader, path: path)
        let seconds = max(0.001, snapshot.time.duration(since: earlier.time) / .seconds(1))
        var parts: [String] = []
        for (index, port) in snapshot.ports.enumerated() {
            guard index < snapshot.ledger.ports.count, index < earlier.ledger.ports.count else {
                break
            }
            let now = snapshot.ledger.ports[index]
            let before = earlier.ledger.ports[index]
            let frames = Double(now.rxFrames &- before.rxFrames) / seconds
            let megabits = Double(now.rxOctets &- before.rxOctets) * 8 / seconds / 1_000_000
            let lost = now.notForwarded.total
            var text = "\(port.name) \(Int(frames)) frames/s \(Int(megabits)) Mbit/s"
            if !now.isUp { text += " \(now.state.words)" }
            if lost > 0 { text += " \(lost) lost" }
            parts.append(text)
        }
        earlier = snapshot
        let line = Style.dim(parts.joined(separator: " | "), when: hasColour)
        Terminal.draw("\r\u{1B}[K" + line)
    }

    private func clearRates() {
        if isTerminal { Terminal.draw("\r\u{1B}[K") }
    }
}
