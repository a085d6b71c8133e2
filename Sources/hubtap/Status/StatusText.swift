import TapConfig
import TapRing
import TapSinks
import TapStore
import TapWire

/// `hubtap status` for people.
struct StatusText {
    private let before: RingSnapshot
    private let now: RingSnapshot
    private let sinks: [OutboxLedger]
    private let evidence: EvidenceLedger?
    private let observers: [String]
    private let hasColour: Bool

    /// Tells of `now`; the rates are those since `before`.
    init(
        before: RingSnapshot,
        now: RingSnapshot,
        sinks: [OutboxLedger],
        evidence: EvidenceLedger?,
        observers: [String],
        hasColour: Bool
    ) {
        self.before = before
        self.now = now
        self.sinks = sinks
        self.evidence = evidence
        self.observers = observers
        self.hasColour = hasColour
    }

    /// All lines.
    var lines: [String] {
        [hubLine] + portLines + lossLines + ringLines + observers + sinkLines + evidenceLines
    }

    private var hubLine: String {
        let writer = now.writer
        let age = now.time.duration(since: writer.heartbeat)
        let state: String
        switch writer.state {
        case .running where age > .seconds(2):
            state = Style.red("hangs", when: hasColour) + " (silent for \(age.words))"
        case .running: state = Style.green("running", when: hasColour)
        case .stopped: state = Style.yellow("stopped", when: hasColour)
        case .dead: state = Style.red("dead", when: hasColour) + " (killed or crashed)"
        case .replaced: state = Style.yellow("replaced", when: hasColour) + " by a newer ring"
        }
        let plane = writer.plane.name ?? "unknown"
        return "hub       \(state), \(plane) plane, process \(writer.processID), "
            + "since \(writer.started.rfc3339)"
    }

    private var portLines: [String] {
        let head = Table.row(
            ["port", "link", "in", "in/s", "forwarded", "lost", "mirrored", "unmirrored", "out"],
            widths: Self.widths
        )
        return [Style.bold(head, when: hasColour)]
            + now.ports.indices.compactMap { index in
                guard index < now.ledger.ports.count else { return nil }
                return portLine(index)
            }
    }

    private static let widths = [10, 18, 14, 10, 14, 10, 14, 10, 14]

    private func portLine(_ index: Int) -> String {
        let line = now.ledger.ports[index]
        let port = now.ports[index]
        let seconds = max(0.001, now.time.duration(since: before.time) / .seconds(1))
        let earlier = index < before.ledger.ports.count ? before.ledger.ports[index].rxFrames : 0
        let rate = line.rxFrames >= earlier ? Double(line.rxFrames - earlier) / seconds : 0
        let link = port.isMonitor && line.isUp ? "monitor" : line.state.words
        let row = Table.row(
            [
                port.name, link, "\(line.rxFrames)", "\(Int(rate))", "\(line.forwarded)",
                "\(line.notForwarded.total)", "\(line.mirrored)", "\(line.mirrorLost.total)",
                "\(line.txFrames)",
            ],
            widths: Self.widths
        )
        return line.isBalanced ? row : row + "  " + Style.red("does not balance", when: hasColour)
    }

    private var lossLines: [String] {
        var lines: [String] = []
        for (port, line) in zip(now.ports, now.ledger.ports) {
            for cause in ForwardLoss.allCases where line.notForwarded[cause] > 0 {
                lines.append(
                    "  \(port.name): \(line.notForwarded[cause]) not forwarded: \(cause.words)"
                )
            }
            for cause in MirrorLoss.allCases where line.mirrorLost[cause] > 0 {
                lines.append(
                    "  \(port.name): \(line.mirrorLost[cause]) not mirrored: \(cause.words)"
                )
            }
            for cause in MirrorCut.allCases where cause != .whole && line.mirrorCut[cause] > 0 {
                let octets = ByteSize(octets: Int(clamping: line.mirrorCutOctets[cause]))
                lines.append(
                    "  \(port.name): \(line.mirrorCut[cause]) mirrored without \(octets): \(cause.words)"
                )
            }
        }
        return lines
    }

    private var ringLines: [String] {
        let ring = now.statistics
        let held = zip(now.ports, ring.portFrames).map { port, count in "\(port.name) \(count)" }
        var text =
            "ring      \(now.path), \(ByteSize(octets: ring.byteCount)), \(ring.frameCount) frames "
            + "(\(held.joined(separator: ", "))) in \(ByteSize(octets: ring.usedByteCount & ~1023))"
        if let oldest = ring.oldestTime, let newest = ring.newestTime {
            text += ", \(ring.span.words), from \(oldest.rfc3339) to \(newest.rfc3339)"
        }
        return [text] + syncLines
    }

    private var syncLines: [String] {
        guard let sync = now.writer.sync else { return [] }
        var text = "          written out to the disk every \(sync.interval.words)"
        if let synced = sync.synced { text += ", last at \(synced.rfc3339)" }
        guard sync.failures > 0 else { return [text] }
        let failures = "failed \(sync.failures) times: octets may be missing on the disk"
        return [text + ", " + Style.red(failures, when: hasColour)]
    }

    private var sinkLines: [String] {
        sinks.map { sink in
            var text =
                "sink      \(sink.sink): \(sink.delivered) delivered, \(sink.pending) waiting"
            let dropped = sink.dropped.values.reduce(0, &+)
            if dropped > 0 { text += ", \(dropped) dropped" }
            if let trouble = sink.trouble { text += ", " + Style.red(trouble, when: hasColour) }
            return text
        }
    }
}

extension StatusText {
    private var evidenceLines: [String] {
        guard let evidence else { return [] }
        var text =
            "evidence  \(evidence.written) files written, \(evidence.open) being gathered, "
            + "\(evidence.waiting) waiting"
        for (count, word) in [
            (evidence.failed, "failed"), (evidence.refused, "refused"),
            (evidence.deleted, "deleted for want of room"),
        ] where count > 0 {
            text += ", \(count) \(word)"
        }
        if let trouble = evidence.trouble { text += ", " + Style.red(trouble, when: hasColour) }
        return [text]
    }
}

/// Columns of text.
enum Table {
    /// One row: the first column to the left, the others to the right.
    static func row(_ cells: [String], widths: [Int]) -> String {
        var text = ""
        for (index, (cell, width)) in zip(cells, widths).enumerated() {
            let space = String(repeating: " ", count: max(1, width - cell.count))
            text += index == 0 ? cell + space : space + cell
        }
        return text
    }
}

extension Duration {
    /// The span in its largest fitting unit, such as `5 min` or `2.5 h`.
    var words: String {
        let seconds = self / .seconds(1)
        switch seconds {
        case ..<1: return "\(Int(seconds * 1_000)) ms"
        case ..<120: return "\(Int(seconds)) s"
        case ..<7_200: return "\(Int(seconds / 60)) min"
        case ..<172_800: return "\(Int(seconds / 360) / 10).\(Int(seconds / 360) % 10) h"
        default: return "\(Int(seconds / 86_400)) days"
        }
    }
}

extension PortState {
    /// The state in words.
    var words: String {
        switch self {
        case .up: "up"
        case .noCarrier: "no carrier"
        case .down: "down"
        case .linkFault: "down (link fault)"
        case .gone: "gone"
        }
    }
}

extension ForwardLoss {
    /// The cause in words, and what helps.
    var words: String {
        switch self {
        case .receiveOverflow:
            "the kernel's receive ring was full: more came than this box can carry"
        case .truncated: "longer than could be received whole"
        case .oversize: "longer than another port's MTU: make the MTUs equal"
        case .transmitFull: "another port's transmit queue was full"
        case .linkDown: "another port was down or had no carrier"
        case .transmitError: "the kernel refused to send it"
        case .monitor: "sent by what is on a monitor port, which may send nothing"
        }
    }
}

extension MirrorLoss {
    /// The cause in words.
    var words: String {
        switch self {
        case .receiveOverflow: "the kernel's receive ring was full"
        case .oversize: "longer than the ring takes"
        case .monitor: "it came from a monitor port"
        case .notKept: "ring.keep does not ask for it"
        case .noHub: "it crossed while no hub ran"
        case .shed: "the mirror could not keep up, and it was no mail"
        case .queueFull: "the disk under the ring was too slow"
        }
    }
}

extension MirrorCut {
    /// The cause in words.
    var words: String {
        switch self {
        case .asked: "ring.keep asks for headers only"
        case .bulk:
            "the mirror was behind, so payload of large frames that are no mail was left out"
        case .other: "the mirror was further behind, so payload that is no mail was left out"
        case .whole: "the mirror was nearly full, so frames that are no mail were left out"
        }
    }
}
