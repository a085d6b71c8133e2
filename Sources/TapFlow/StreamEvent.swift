public import TapWire

/// Why a flow ended.
public enum CloseReason: String, Sendable, Codable {
    /// Both sides sent FIN.
    case finished
    /// A RST inside the window.
    case reset
    /// Nothing came for longer than the idle limit.
    case expired
    /// It had to make room: a limit on flows or octets was reached.
    case evicted
    /// A new connection took the same endpoints.
    case replaced
    /// The input ended.
    case inputEnded
}

/// What a reassembled TCP stream does, in order.
public enum StreamEvent: ~Escapable {
    /// The connection was seen for the first time.
    case opened
    /// The next octets of one side.
    case bytes(Span<UInt8>, from: Side)
    /// Octets of one side that will never be seen; nil when it is not known how many.
    case gap(byteCount: Int?, from: Side)
    /// Two segments gave different octets for the same place.
    case conflict(OverlapConflict, from: Side)
    /// One side will send no more.
    case ended(from: Side)
    /// Nothing more comes. The last event of every flow.
    case closed(CloseReason)
}

extension StreamEvent {
    /// True for the first event of every flow.
    public var isOpened: Bool { if case .opened = self { true } else { false } }

    /// True for the last event of every flow.
    public var isClosed: Bool { if case .closed = self { true } else { false } }
}

/// Whether the receiver wants the rest of a flow.
public enum StreamInterest: Sendable {
    /// Go on.
    case wanted
    /// Go on, and spare this flow as long as others can make room: it holds what must not be lost.
    case valued
    /// Octets of this flow need not be reassembled any more; `closed` still comes.
    case unwanted
    /// Whatever was said last, at first `wanted`.
    case asBefore
}

/// Takes the reassembled streams of all flows.
public protocol StreamReceiver: ~Copyable {
    /// Takes the next event of `flow`. The octets are valid for the call only.
    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) -> StreamInterest

    /// Takes what a response of DNS on the wire says of the name of an address, in order with the events of flows.
    mutating func receive(_ name: ReverseName)
}

extension StreamReceiver where Self: ~Copyable {
    /// Names are of no use to most.
    public mutating func receive(_ name: ReverseName) {}
}
