public import TapWire

/// Two endpoints and the protocol between them, whichever of them speaks.
///
/// An ICMP message has no ports. What stands for them is its type, and the type of the answer to it; where there is
/// no answer it is the code, and the message is never told from its direction (the Community ID specification).
public struct Conversation: Hashable, Sendable, BitwiseCopyable {
    /// TCP, UDP or ICMP.
    public let transport: IPProtocol
    /// The end that comes first in the order of addresses and ports; the sender of an ICMP message without an answer.
    public let first: Endpoint
    /// The other end.
    public let second: Endpoint

    /// The conversation between two ends, in any order.
    public init(_ transport: IPProtocol, between one: Endpoint, and other: Endpoint) {
        self.transport = transport
        let isOrdered = one.stands(before: other)
        first = isOrdered ? one : other
        second = isOrdered ? other : one
    }

    private init(_ transport: IPProtocol, from source: Endpoint, to destination: Endpoint) {
        self.transport = transport
        first = source
        second = destination
    }

    /// The conversation of both ends of `flow`.
    public init(_ flow: Flow) { self.init(.tcp, between: flow.a, and: flow.b) }

    /// The conversation that `content` belongs to; nil if it is neither TCP, UDP nor ICMP, or cut off before that shows.
    public init?(_ content: borrowing IPPayload) {
        let ip = content.header
        if let ports = TransportPorts(of: ip.payloadProtocol, in: content.bytes) {
            self.init(
                ip.payloadProtocol,
                between: Endpoint(address: ip.source, port: ports.source),
                and: Endpoint(address: ip.destination, port: ports.destination)
            )
            return
        }
        guard let icmp = try? ICMPHeader(decoding: content) else { return nil }
        let asked = Endpoint(address: ip.source, port: UInt16(icmp.type))
        guard let answer = icmp.answer(in: ip.payloadProtocol) else {
            let told = Endpoint(address: ip.destination, port: UInt16(icmp.code))
            self.init(ip.payloadProtocol, from: asked, to: told)
            return
        }
        self.init(
            ip.payloadProtocol,
            between: asked,
            and: Endpoint(address: ip.destination, port: UInt16(answer))
        )
    }

    /// The conversation of the packet that an ICMP error quotes; nil if `content` is none.
    init?(quotedIn content: borrowing IPPayload) {
        guard let quoted = (try? ICMPHeader(decoding: content))?.quotation else { return nil }
        self.init(quoted.transport, between: quoted.source, and: quoted.destination)
    }
}

extension ICMPHeader {
    /// The type of the answer to this message, or of the question before it; nil if it is neither.
    fileprivate func answer(in transport: IPProtocol) -> UInt8? {
        let pairs: [(UInt8, UInt8)] =
            transport == .icmp
            ? [(0, 8), (9, 10), (13, 14), (15, 16), (17, 18)]
            : [(128, 129), (130, 131), (133, 134), (135, 136), (139, 140), (144, 145)]
        for (one, other) in pairs {
            if type == one { return other }
            if type == other { return one }
        }
        return nil
    }
}
