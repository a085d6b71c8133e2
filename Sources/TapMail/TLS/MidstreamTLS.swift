import TapFlow
import TapWire

/// Whether a flow that was picked up in the middle is TLS: the first octets of either side are the head of a record.
///
/// Octets are held only as long as they may be such a head: of a line of text none. A side that was picked up inside a
/// record looks like neither; then the other side tells, which begins a record with nearly all that it sends.
struct MidstreamTLS: Sendable {
    /// What the next octets of a side have shown.
    enum Step: Equatable, Sendable {
        /// They are held.
        case waits
        /// No head begins here: `held` and what lies behind `consumed` octets is to be taken as it comes.
        case passes(held: [UInt8], consumed: Int)
        /// As `passes`, and all that is said here is TLS.
        case isTLS(held: [UInt8], consumed: Int)
    }

    /// Ports where TLS begins with the connection (RFC 8314 section 7).
    private static let implicitPorts: Set<UInt16> = [465, 993, 995]

    /// True if the connection began with TLS.
    let isImplicit: Bool
    /// What is held of each side; nil once it was passed on.
    private var heads: [TLSSide: [UInt8]] = [.client: [], .server: []]

    /// Looks at the ports of `flow`; nil if its beginning was seen.
    init?(_ flow: borrowing Flow) {
        guard flow.isMidstream else { return nil }
        isImplicit =
            Self.implicitPorts.contains(flow.a.port) || Self.implicitPorts.contains(flow.b.port)
    }

    /// True once both sides have begun with something else.
    var isDecided: Bool { heads.isEmpty }

    /// True if the octets of `side` were passed on already.
    func hasPassed(_ side: TLSSide) -> Bool { heads[side] == nil }

    /// Takes octets of `side`.
    mutating func take(_ bytes: Span<UInt8>, from side: TLSSide) -> Step {
        guard var head = heads[side] else { return .passes(held: [], consumed: 0) }
        for index in bytes.indices {
            head.append(bytes[index])
            guard Self.mayBeHead(head) else {
                heads[side] = nil
                return .passes(held: head, consumed: index &+ 1)
            }
            if head.count == TLSRecordHead.byteCount {
                heads[side] = nil
                return .isTLS(held: head, consumed: index &+ 1)
            }
        }
        heads[side] = head
        return .waits
    }

    /// What is held of `side`, of which no more is waited for.
    mutating func release(_ side: TLSSide) -> [UInt8] {
        defer { heads[side] = nil }
        return heads[side] ?? []
    }

    /// True if `octets`, at most five, begin a head that nothing else begins with.
    private static func mayBeHead(_ octets: [UInt8]) -> Bool {
        let value = octets.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard octets.count == TLSRecordHead.byteCount else {
            let type = octets.first ?? 0
            let version = octets.dropFirst().first ?? 3
            return (0x14...0x17).contains(type) && version == 3
        }
        return TLSRecordHead(value)?.isUnmistakable(after: nil) == true
    }
}

/// A session that may have been picked up in the middle of TLS.
protocol MidstreamSession {
    /// Looks for TLS, as long as that is not decided; nil where the connection's beginning was seen.
    var midstreamTLS: MidstreamTLS? { get set }
    /// Takes octets of the client.
    mutating func takeClient(_ bytes: Span<UInt8>)
    /// Takes octets of the server.
    mutating func takeServer(_ bytes: Span<UInt8>)
    /// All that is said here is TLS; `torn` is a side of which octets were taken for text.
    mutating func joinTLS(isImplicit: Bool, torn: TLSSide?)
}

extension MidstreamSession {
    /// Takes octets of `side`, which may be held a while.
    mutating func take(_ bytes: Span<UInt8>, from side: TLSSide) {
        guard midstreamTLS != nil, let step = midstreamTLS?.take(bytes, from: side) else {
            return pass(bytes, from: side)
        }
        switch step {
        case .waits: return
        case .passes(let held, let consumed):
            if midstreamTLS?.isDecided == true { midstreamTLS = nil }
            pass(held.span, from: side)
            pass(bytes.extracting(droppingFirst: consumed), from: side)
        case .isTLS(let held, let consumed):
            join(at: side)
            pass(held.span, from: side)
            pass(bytes.extracting(droppingFirst: consumed), from: side)
        }
    }

    /// Octets of `side` are lost, or no more will come: what was held of it is taken as it is.
    mutating func releaseHead(of side: TLSSide) {
        guard let held = midstreamTLS?.release(side) else { return }
        if midstreamTLS?.isDecided == true { midstreamTLS = nil }
        pass(held.span, from: side)
    }

    private mutating func join(at side: TLSSide) {
        guard var opening = midstreamTLS else { return }
        midstreamTLS = nil
        let other = side.opposite
        joinTLS(
            isImplicit: opening.isImplicit,
            torn: opening.hasPassed(other) ? other : nil
        )
        pass(opening.release(other).span, from: other)
    }

    private mutating func pass(_ bytes: Span<UInt8>, from side: TLSSide) {
        guard !bytes.isEmpty else { return }
        switch side {
        case .client: takeClient(bytes)
        case .server: takeServer(bytes)
        }
    }
}
