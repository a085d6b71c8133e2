import TapFlow
import TapObserve
import TapWire

/// What the observer for tests reports.
enum EchoEvent: ObservedEvent, Equatable {
    case line(Side, String)
    case gap(Side)
    case conflict(Side)
    case ended(Side)
    case closed(CloseReason)

    var eventType: String { "echo" }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(self)")
    }
}

/// An observer for tests: claims flows that begin with a word, and reports lines and ends.
struct EchoObserver: Observer {
    typealias Event = EchoEvent

    /// What the first octets of either side must be; nil claims every flow at once.
    var greeting: String?
    /// After this line nothing more is wanted.
    var lastLine: String?
    var name = "echo"

    func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim {
        guard let greeting else { return .mine }
        guard let first = opening.first else { return .undecided }
        let said = first == .a ? opening.a : opening.b
        let wanted = Array(greeting.utf8)
        for index in said.indices where index < wanted.count && said[index] != wanted[index] {
            return .notMine
        }
        return said.count >= wanted.count ? .mine : .undecided
    }

    func makeSession(for flow: borrowing Flow) -> EchoSession { EchoSession(lastLine: lastLine) }
}

/// The session of `EchoObserver`.
struct EchoSession: ObserverSession {
    var lastLine: String?
    private var buffers: [Side: LineBuffer] = [:]

    init(lastLine: String?) { self.lastLine = lastLine }

    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (EchoEvent) -> Void
    ) -> StreamInterest {
        switch copy event {
        case .opened: break
        case .bytes(let bytes, let side):
            var offset = 0
            while offset < bytes.count {
                let rest = bytes.extracting(droppingFirst: offset)
                let (consumed, line) = buffers[side, default: LineBuffer()].take(from: rest)
                offset += consumed
                guard let line else { break }
                let text = String(decoding: line.octets, as: UTF8.self)
                emit(.line(side, text))
                if text == lastLine { return .unwanted }
            }
        case .gap(_, let side): emit(.gap(side))
        case .conflict(_, let side): emit(.conflict(side))
        case .ended(let side): emit(.ended(side))
        case .closed(let reason): emit(.closed(reason))
        }
        return .wanted
    }
}

/// A judge for tests: raises an alert for every third line, in whichever flow.
struct ThirdLineJudge: Judge {
    struct Memory: Codable, Sendable, Equatable { var lines = 0 }

    var memory = Memory()
    /// What was said last of any address.
    private var latestName: ReverseName?

    mutating func learn(_ name: ReverseName) { latestName = name }

    mutating func name(of address: IPAddress) -> ReverseName? { latestName }

    mutating func evaluate(_ event: EchoEvent, in context: EventContext, raise: (Alert) -> Void) {
        guard case .line(_, let text) = event else { return }
        memory.lines += 1
        guard memory.lines.isMultiple(of: 3) else { return }
        let alert = Alert(
            id: "\(context.moment.time.compact)-\(memory.lines)",
            rule: RuleIdentity(id: "test.third", signatureID: 1, category: "Test"),
            severity: .low,
            signature: text,
            why: "It is the third.",
            advice: "Count on.",
            confidence: 1,
            context: context,
            cause: event,
            facts: []
        )
        raise(alert)
    }
}

/// Findings in a form that can be compared.
func texts(_ findings: [Finding]) -> [String] {
    findings.map { finding in
        switch finding {
        case .event(let record):
            "\(record.context.flow.id.rawValue) \(record.context.moment) \(record.event)"
        case .alert(let alert): "\(alert.id) \(alert.signature)"
        }
    }
}

/// The events among findings.
func events(_ findings: [Finding]) -> [EchoEvent] {
    findings.compactMap { finding in
        guard case .event(let record) = finding else { return nil }
        return record.event as? EchoEvent
    }
}
