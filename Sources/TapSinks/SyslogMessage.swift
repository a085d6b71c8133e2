public import Foundation
import TapFlow
public import TapObserve
public import TapWire

/// One syslog message, before it is given a form.
///
/// Whole within `maximumOctets` in every form: long fields are shortened with an ellipsis, all to the same length, so that
/// short ones stay complete. What a message always keeps is its header, the rule and the alert's name.
public struct SyslogMessage: Hashable, Sendable {
    /// What every collector must take over UDP and what most traditional ones take (RFC 5424 section 6.1, RFC 3164).
    public static let maximumOctets = 1_024
    /// The SD-ID: the enterprise number is the one that RFC 5424 uses in its examples.
    static let structuredDataID = "hubtap@32473"
    private static let application = "hubtap"
    private static let maximumFacts = 16

    /// When it happened.
    public var time: Timestamp
    /// Which part of a system it comes from.
    public var facility: SyslogFacility
    /// How bad it is.
    public var severity: SyslogSeverity
    /// The host that the tap runs on.
    public var hostName: String
    /// The process that says it.
    public var processID: Int32
    /// The rule's id: the MSGID.
    public var rule: String
    /// The alert's name.
    public var alertID: String
    /// The facts, in order.
    public var facts: [Alert.Fact]
    /// One readable line.
    public var text: String

    /// The message that tells of `alert`.
    public init(_ alert: Alert, facility: SyslogFacility, hostName: String, processID: Int32) {
        time = alert.context.moment.time
        self.facility = facility
        severity = SyslogSeverity(alert.severity)
        self.hostName = hostName
        self.processID = processID
        rule = alert.rule.id
        alertID = alert.id
        text = Self.sentence(alert.signature) + " " + alert.why
        let flow = alert.context.flow
        let client = alert.cause.client
        facts = []
        for (name, side) in [("client", client), ("server", client.opposite)]
        where !alert.context.isOfTap && !alert.facts.contains(where: { $0.name == name }) {
            facts.append(Alert.Fact(name: name, value: flow.endpoint(side).address.description))
        }
        // The header names these two.
        facts += alert.facts.filter { $0.name != "rule" && $0.name != "id" }
        if let incident = alert.incident {
            facts.append(Alert.Fact(name: "incident", value: incident))
        }
        // Last, so that it is the first to give way where there is no room.
        if let file = alert.evidence { facts.append(Alert.Fact(name: "evidence", value: file)) }
    }

    private static func sentence(_ text: String) -> String {
        guard let last = text.last, !".!?".contains(last) else { return text }
        return text + "."
    }

    private var priority: Int { facility.code * 8 + severity.rawValue }

    /// RFC 5424 with structured data; the text has a byte order mark if it is not ASCII.
    public var structured: [UInt8] {
        let limit = Self.maximumOctets
        let header = Self.header(self)
        var names = facts.prefix(Self.maximumFacts).map { Self.name($0.name, atMost: 32) }
        var values = facts.prefix(Self.maximumFacts).map { fact in
            ShortenableText(fact.value, reach: limit) { $0.asParameter }
        }
        let line = ShortenableText(text, reach: limit) { $0.asText }
        // Without its values a fact takes a space, an equals sign and two quotes; the rest is "] " and the mark.
        func fixed() -> Int { header.count + names.reduce(0) { $0 + $1.utf8.count + 4 } + 5 }
        while !names.isEmpty, fixed() + (names.count + 1) * 16 > limit {
            names.removeLast()
            values.removeLast()
        }
        let cap = ShortenableText.commonLimit(of: values + [line], in: limit - fixed())
        var octets = header
        for (name, value) in zip(names, values) {
            octets += Array(" \(name)=\"".utf8) + value.shortened(to: cap) + [UInt8(ascii: "\"")]
        }
        octets += Array("] ".utf8)
        let message = line.shortened(to: cap)
        if message.contains(where: { $0 >= 0x80 }) { octets += [0xEF, 0xBB, 0xBF] }
        return octets + message
    }

    /// The form of `/dev/log`, with the rule and the alert's name at the end, the time as `zone` has it.
    public func traditional(in zone: TimeZone) -> [UInt8] {
        let stamp = Self.traditionalTime(time, in: zone)
        let header = Array("<\(priority)>\(stamp) \(Self.application)[\(processID)]: ".utf8)
        let tail = Array(
            " [\(Self.name(rule, atMost: 32)) \(Self.name(alertID, atMost: 64))]".utf8
        )
        let room = Self.maximumOctets - header.count - tail.count
        let line = ShortenableText(text, reach: Self.maximumOctets) { $0.asText }
        return header + line.shortened(to: room) + tail
    }

    /// Everything up to the alert's name in the structured data.
    private static func header(_ message: SyslogMessage) -> [UInt8] {
        let host = name(message.hostName, atMost: 255)
        let rule = name(message.rule, atMost: 32)
        let fields = "\(message.time.rfc3339) \(host) \(application) \(message.processID) \(rule)"
        let id = name(message.alertID, atMost: 64)
        return Array(
            "<\(message.priority)>1 \(fields) [\(structuredDataID) rule=\"\(rule)\" id=\"\(id)\""
                .utf8
        )
    }

    /// Printable ASCII without what ends a name or a value (RFC 5424: SD-NAME is the strictest); `-` for nothing.
    private static func name(_ text: String, atMost limit: Int) -> String {
        let octets = text.utf8.prefix(limit).map { octet -> UInt8 in
            switch octet {
            case UInt8(ascii: "="), UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
                UInt8(ascii: "_")
            default: (0x21...0x7E).contains(octet) ? octet : UInt8(ascii: "_")
            }
        }
        return octets.isEmpty ? "-" : String(decoding: octets, as: UTF8.self)
    }

    /// `Nov 23 12:00:00`, the day filled up with a space (RFC 3164 section 4.1.2).
    private static func traditionalTime(_ time: Timestamp, in zone: TimeZone) -> String {
        let seconds = time.nanoseconds / 1_000_000_000
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        let local = Array(time.advanced(by: .seconds(offset)).compact.utf8)
        func number(_ range: Range<Int>) -> String { String(decoding: local[range], as: UTF8.self) }
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let month = Int(number(4..<6)).map { months[($0 - 1) % 12] } ?? months[0]
        let day = number(6..<8)
        let padded = day.hasPrefix("0") ? " " + day.dropFirst() : day
        return "\(month) \(padded) \(number(9..<11)):\(number(11..<13)):\(number(13..<15))"
    }
}
