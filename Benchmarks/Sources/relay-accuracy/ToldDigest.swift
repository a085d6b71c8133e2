import FoundationEssentials
import TapFlow
import TapObserve
import TapRelay

/// What the rules tell of events and remember of them as one number: the same before and after a change that only saves
/// time.
struct ToldDigest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325
    private let encoder = JSONEncoder()

    /// Judges the events once more.
    init(_ events: [(event: MailEvent, context: EventContext)], _ configuration: RelayConfiguration)
        throws
    {
        encoder.outputFormatting = .sortedKeys
        var judge = RelayJudge(configuration: configuration)
        for (event, context) in events {
            var alerts: [Alert] = []
            judge.evaluate(event, in: context) { alerts.append($0) }
            for alert in alerts { try combine(alert) }
            for record in judge.takeConclusions() {
                try combine(record.event)
                combine("\(record.context)")
            }
        }
        try combine(judge.memory)
        for entry in judge.memory.habitEntries(since: 0) { add(entry.octets) }
    }

    /// The number in hexadecimal digits.
    var hexadecimal: String { String(state, radix: 16) }

    private mutating func combine(_ alert: Alert) throws {
        let texts = [
            alert.id, alert.rule.id, "\(alert.severity)", alert.signature, alert.why, alert.advice,
            "\(alert.confidence)", "\(alert.context)", alert.incident ?? "",
        ]
        for text in texts { combine(text) }
        for fact in alert.facts { combine("\(fact.name)=\(fact.value)") }
        try combine(alert.cause)
    }

    private mutating func combine(_ value: any Encodable) throws {
        add(try encoder.encode(value))
    }

    private mutating func combine(_ text: String) { add(text.utf8) }

    private mutating func add(_ octets: some Sequence<UInt8>) {
        for octet in octets { state = (state ^ UInt64(octet)) &* 0x100_0000_01B3 }
    }
}
