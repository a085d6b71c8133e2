import TapFlow

/// A stream event that owns its octets.
enum HeldEvent: Sendable {
    case opened
    case bytes([UInt8], from: Side)
    case gap(byteCount: Int?, from: Side)
    indirect case conflict(OverlapConflict, from: Side)
    case ended(from: Side)
    case closed(CloseReason)

    /// Takes an event over, its octets copied.
    init(_ event: borrowing StreamEvent) {
        switch copy event {
        case .opened: self = .opened
        case .bytes(let bytes, let side): self = .bytes(Array(copying: bytes), from: side)
        case .gap(let byteCount, let side): self = .gap(byteCount: byteCount, from: side)
        case .conflict(let conflict, let side): self = .conflict(conflict, from: side)
        case .ended(let side): self = .ended(from: side)
        case .closed(let reason): self = .closed(reason)
        }
    }

    /// Calls `body` with the event.
    func withEvent(_ body: (borrowing StreamEvent) -> Void) {
        switch self {
        case .opened: body(.opened)
        case .bytes(let bytes, let side): body(.bytes(bytes.span, from: side))
        case .gap(let byteCount, let side): body(.gap(byteCount: byteCount, from: side))
        case .conflict(let conflict, let side): body(.conflict(conflict, from: side))
        case .ended(let side): body(.ended(from: side))
        case .closed(let reason): body(.closed(reason))
        }
    }
}

extension Array<UInt8> {
    init(copying bytes: Span<UInt8>) {
        self = []
        append(copying: bytes)
    }
}
