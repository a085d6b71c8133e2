public import TapFlow
public import TapWire

/// A receiver that writes down what it is told, for tests of the reassembly.
public struct EventLog: StreamReceiver {
    /// One thing that a flow did.
    public enum Entry: Hashable, Sendable {
        case opened
        case bytes([UInt8], Side)
        case gap(Int?, Side)
        case conflict(OverlapConflict, Side)
        case ended(Side)
        case closed(CloseReason)
    }

    /// What each flow did, in the order in which the flows were opened.
    public private(set) var entries: [(flow: FlowID, entry: Entry, moment: Moment)] = []
    /// The flows as they were at their last event.
    public private(set) var flows: [FlowID: Flow] = [:]
    /// What reverse lookups have said, each with how many entries were written down before it.
    public private(set) var names: [(entryCount: Int, name: ReverseName)] = []
    /// After how many octets of a flow no more are wanted.
    public var maximumOctets = Int.max
    private var octets: [FlowID: Int] = [:]

    /// Creates an empty log.
    public init() {}

    /// Writes the event down; octets that follow each other from one side are put together.
    public mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) -> StreamInterest {
        flows[flow.id] = copy flow
        switch copy event {
        case .opened: append(.opened, flow.id, moment)
        case .bytes(let bytes, let side): append(bytes, side, flow.id, moment)
        case .gap(let byteCount, let side): append(.gap(byteCount, side), flow.id, moment)
        case .conflict(let conflict, let side): append(.conflict(conflict, side), flow.id, moment)
        case .ended(let side): append(.ended(side), flow.id, moment)
        case .closed(let reason): append(.closed(reason), flow.id, moment)
        }
        return octets[flow.id, default: 0] >= maximumOctets ? .unwanted : .wanted
    }

    /// Writes down what a reverse lookup has said.
    public mutating func receive(_ name: ReverseName) {
        names.append((entries.count, name))
    }

    private mutating func append(_ entry: Entry, _ flow: FlowID, _ moment: Moment) {
        entries.append((flow, entry, moment))
    }

    private mutating func append(
        _ bytes: Span<UInt8>,
        _ side: Side,
        _ flow: FlowID,
        _ moment: Moment
    ) {
        let copied = bytes.indices.map { bytes[$0] }
        octets[flow, default: 0] += copied.count
        guard let last = entries.last, last.flow == flow,
            case .bytes(let earlier, side) = last.entry
        else {
            return append(.bytes(copied, side), flow, moment)
        }
        entries[entries.count - 1].entry = .bytes(earlier + copied, side)
    }

    /// What one flow did.
    public func entries(of flow: FlowID) -> [Entry] {
        entries.filter { $0.flow == flow }.map(\.entry)
    }

    /// What all flows did, one after the other.
    public var allEntries: [Entry] { entries.map(\.entry) }

    /// The octets of one side of all flows together, with nothing for the holes.
    public func text(of side: Side) -> String {
        var octets: [UInt8] = []
        for case .bytes(let bytes, side) in allEntries { octets += bytes }
        return String(wire: octets, limit: .max)
    }
}
