public import Foundation
import TapFlow
import TapMail
public import TapObserve
public import TapRelay
public import TapWire

/// Reads events of mail out of EVE lines, so that they can be judged again.
///
/// The other way of `EVEEncoder`: the rules say the same to an event and to what is read of its line. What an older
/// hubtap left out of its lines is not known here either.
public struct EVEDecoder {
    /// A line that is an event of mail, with its place.
    public struct Entry: Sendable {
        /// The event.
        public var event: MailEvent
        /// Where and when.
        public var context: EventContext
    }

    /// What one line holds.
    public enum Line: Sendable {
        /// An event of mail, or what the tap said of itself.
        case mail(Entry)
        /// An alert of this rule, as it was recorded.
        case alert(rule: String)
        /// An incident of this class, as it was recorded when it was opened.
        case incident(kind: String)
        /// The counters of this time: nothing happened that is older and comes later.
        case time(Timestamp)
        /// Anything else that hubtap or another program writes.
        case other
    }

    /// The names of the ports in the order of their indices; new ones are added as they come.
    public private(set) var portNames: [String]
    private let decoder = JSONDecoder()
    /// As many ports as a hub can have.
    private static let portLimit = 32

    /// Creates a decoder that knows these ports.
    public init(portNames: [String]) { self.portNames = portNames }

    /// Reads one line.
    ///
    /// - Throws: `EVELineError` for what is no event, or one without what it must have.
    public mutating func read(_ line: Data) throws(EVELineError) -> Line {
        do {
            let head = try decoder.decode(EVEHead.self, from: line)
            switch head.type {
            case "alert":
                return .alert(
                    rule: try decoder.decode(EVERecordedAlert.self, from: line).relay.rule
                )
            case "incident":
                let incident = try decoder.decode(EVERecordedIncident.self, from: line).incident
                return incident.state == .opened
                    ? .incident(kind: incident.kind.rawValue) : .other
            case "stats":
                let stats = try decoder.decode(EVEStats.self, from: line)
                return stats.now.map(Line.time) ?? .other
            default: return try mail(head.type, in: line).map(Line.mail) ?? .other
            }
        } catch let error as EVELineError {
            throw error
        } catch let error as DecodingError {
            throw EVELineError(error)
        } catch {
            throw EVELineError(detail: "\(error)")
        }
    }

    /// An event of mail; nil for one of another type.
    private mutating func mail(_ type: String, in line: Data) throws -> Entry? {
        switch type {
        case "smtp":
            let event = try decoder.decode(EVESMTP.self, from: line)
            return try entry(line) { .smtp(.transaction(Shared(event.transaction(in: $0)))) }
        case "smtp_inferred":
            let event = try decoder.decode(EVEInferred.self, from: line)
            return try entry(line) { .smtp(.inferred(Shared(event.transaction(in: $0)))) }
        case "smtp_refusals":
            let event = try decoder.decode(EVERefusals.self, from: line)
            return try entry(line) { .smtp(.refusals(event.value(in: $0))) }
        case "smtp_anomaly":
            let event = try decoder.decode(EVEAnomaly.self, from: line)
            return try entry(line) { _ in .smtp(.anomaly(event.value)) }
        case "smtp_session":
            let event = try decoder.decode(EVESMTPSession.self, from: line)
            return try entry(line) { .smtp(.session(Shared(event.summary(at: $0.moment)))) }
        case "pop3_session":
            let event = try decoder.decode(EVEPOP3Session.self, from: line)
            return try entry(line) { _ in .pop3(.session(event.session.summary)) }
        case "imap_session":
            let event = try decoder.decode(EVEIMAPSession.self, from: line)
            return try entry(line) { _ in .imap(.session(event.session.summary)) }
        case "overlap_conflict":
            let event = try decoder.decode(EVEOverlap.self, from: line)
            return try entry(line) { _ in event.event }
        case "tap":
            return try decoder.decode(EVETap.self, from: line).entry()
        default: return nil
        }
    }

    private mutating func entry(
        _ line: Data,
        _ event: (EventContext) -> MailEvent
    ) throws -> Entry {
        let place = try decoder.decode(EVEPlace.self, from: line)
        let context = try place.context(
            ingress: place.ingress.flatMap { port($0) },
            egress: place.hub?.egress.flatMap { port($0) }
        )
        return Entry(event: event(context), context: context)
    }

    private mutating func port(_ name: String) -> PortIndex? {
        if let index = portNames.firstIndex(of: name) { return PortIndex(rawValue: UInt8(index)) }
        guard portNames.count < Self.portLimit else { return nil }
        portNames.append(name)
        return PortIndex(rawValue: UInt8(portNames.count - 1))
    }
}

private struct EVEHead: Decodable {
    var type: String

    private enum CodingKeys: String, CodingKey { case type = "event_type" }
}

/// The counters, as far as they tell how far the observer has come.
private struct EVEStats: Decodable {
    struct Observer: Decodable { var lag: UInt64? }
    struct Hub: Decodable { var observers: [Observer]? }

    var timestamp: String?
    var hub: Hub?

    /// The time up to which everything was read; nil for an observer that has frames of earlier times to read.
    var now: Timestamp? {
        guard hub?.observers?.allSatisfy({ $0.lag ?? 0 == 0 }) ?? true else { return nil }
        return timestamp.flatMap { Timestamp(rfc3339: $0) }
    }
}

private struct EVERecordedAlert: Decodable {
    struct Relay: Decodable { var rule: String }
    var relay: Relay
}

private struct EVERecordedIncident: Decodable {
    struct Facts: Decodable {
        var kind: IncidentClass
        var state: Incident.State

        private enum CodingKeys: String, CodingKey {
            case state
            case kind = "class"
        }
    }
    var incident: Facts
}

/// The common keys.
private struct EVEPlace: Decodable {
    struct Hub: Decodable {
        var egress: String?
        var first: UInt64?
        var last: UInt64?
        var opened: String?
        var oddSegments: UInt8?
        var clientName: RecordedName?

        private enum CodingKeys: String, CodingKey {
            case first, last, opened
            case egress = "out_iface"
            case oddSegments = "odd_segments"
            case clientName = "client_name"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            egress = try container.decodeIfPresent(String.self, forKey: .egress)
            first = try container.decodeIfPresent(UInt64.self, forKey: .first)
            last = try container.decodeIfPresent(UInt64.self, forKey: .last)
            opened = try container.decodeIfPresent(String.self, forKey: .opened)
            oddSegments = try container.decodeIfPresent(UInt8.self, forKey: .oddSegments)
            guard container.contains(.clientName) else { return }
            let name = try container.decodeIfPresent(String.self, forKey: .clientName)
            clientName = name.map(ReverseName.isName) ?? true ? RecordedName(name: name) : nil
        }
    }

    /// What a reverse lookup had said of the client; null if there was none.
    struct RecordedName {
        var name: String?
    }

    struct InnerTunnel: Decodable {
        var depth: UInt8
        var vni: UInt32?
    }

    var timestamp: String
    var flow: UInt64
    var ingress: String?
    var vlan: [UInt16]?
    var tunnel: InnerTunnel?
    var sourceAddress: String
    var sourcePort: UInt16
    var destinationAddress: String
    var destinationPort: UInt16
    var hub: Hub?

    private enum CodingKeys: String, CodingKey {
        case timestamp, vlan, tunnel, hub
        case flow = "flow_id"
        case ingress = "in_iface"
        case sourceAddress = "src_ip"
        case sourcePort = "src_port"
        case destinationAddress = "dest_ip"
        case destinationPort = "dest_port"
    }

    func context(ingress: PortIndex?, egress: PortIndex?) throws(EVELineError) -> EventContext {
        guard let time = Timestamp(rfc3339: timestamp) else {
            throw .noTime
        }
        let first = hub?.first ?? 0
        var flow = Flow(
            id: FlowID(rawValue: self.flow),
            a: try Self.endpoint(sourceAddress, sourcePort, "src_ip"),
            b: try Self.endpoint(destinationAddress, destinationPort, "dest_ip"),
            ingressA: ingress,
            ingressB: egress,
            vlans: vlan ?? [],
            // An older hubtap did not say when.
            opened: hub?.opened.flatMap { Timestamp(rfc3339: $0) } ?? time,
            firstSequence: first
        )
        flow.oddSegments = hub?.oddSegments ?? 0
        flow.tunnel = tunnel.map { Flow.Tunnel(depth: $0.depth, network: $0.vni) }
        var context = EventContext(
            flow: flow,
            moment: Moment(time: time, sequence: hub?.last ?? first),
            firstSequence: first
        )
        // The source of an event is its client.
        context.clientName = hub?.clientName.map {
            ReverseName(address: flow.a.address.unmapped, name: $0.name)
        }
        return context
    }

    private static func endpoint(
        _ text: String,
        _ port: UInt16,
        _ key: String
    ) throws(EVELineError) -> Endpoint {
        guard let address = IPAddress(text) else {
            throw EVELineError(detail: "the value of \(key) is no address")
        }
        return Endpoint(address: address, port: port)
    }
}
