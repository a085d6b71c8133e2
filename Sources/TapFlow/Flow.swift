public import TapWire

/// An end of a flow: `a` opened the connection, as far as that can be known.
public enum Side: UInt8, Sendable, BitwiseCopyable, Codable {
    case a, b

    /// The other end.
    @inlinable
    public var opposite: Side { self == .a ? .b : .a }
}

/// The name of a flow: the same for the same frames, whoever reads them and however often.
public struct FlowID: RawRepresentable, Hashable, Sendable, BitwiseCopyable, Codable {
    /// 63 bits, made from the flow's endpoints and its first frame (EVE readers take it for a signed number).
    public var rawValue: UInt64

    /// Creates a flow's name from its number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What is known of a TCP connection beside its octets.
public struct Flow: Hashable, Sendable, Identifiable {
    /// The flow's name.
    public var id: FlowID
    /// The end that opened the connection; guessed from the port numbers when `isMidstream`.
    public var a: Endpoint
    /// The end that was called.
    public var b: Endpoint
    /// The port by which the first frame of `a` entered; nil until one was seen.
    public var ingressA: PortIndex?
    /// The port by which the first frame of `b` entered; nil until one was seen.
    public var ingressB: PortIndex?
    /// VLAN identifiers of the first frame, outermost first; at most two are kept.
    public var vlans: [UInt16]
    /// The tunnels around it; nil if there is none.
    public var tunnel: Tunnel?
    /// When the first frame arrived.
    public var opened: Timestamp
    /// The sequence number of the first frame.
    public var firstSequence: UInt64
    /// True if nothing tells where both streams began, so that more may have been said before; who called whom is a guess
    /// then, unless the SYN was seen.
    public var isMidstream: Bool
    /// True if the SYN/ACK was seen; without it the octets of `b` are taken to begin where `a` first acknowledged them.
    public var isAnswerSeen: Bool
    /// Small segments of `a`, near the beginning of its stream, that came out of turn or overlapped the ones before them; 255
    /// stands for more.
    ///
    /// What is sent again as it was does not count, nor what continues behind a hole.
    public var oddSegments: UInt8 = 0

    /// Creates a flow's facts.
    public init(
        id: FlowID,
        a: Endpoint,
        b: Endpoint,
        ingressA: PortIndex? = nil,
        ingressB: PortIndex? = nil,
        vlans: [UInt16] = [],
        tunnel: Tunnel? = nil,
        opened: Timestamp,
        firstSequence: UInt64,
        isMidstream: Bool = false,
        isAnswerSeen: Bool = true
    ) {
        self.id = id
        self.a = a
        self.b = b
        self.ingressA = ingressA
        self.ingressB = ingressB
        self.vlans = vlans
        self.tunnel = tunnel
        self.opened = opened
        self.firstSequence = firstSequence
        self.isMidstream = isMidstream
        self.isAnswerSeen = isAnswerSeen
    }

    /// The tunnels around a connection.
    public struct Tunnel: Hashable, Sendable, BitwiseCopyable {
        /// How many there are.
        public var depth: UInt8
        /// The 24 bits that name the virtual network of VXLAN, Geneve or NVGRE.
        public var network: UInt32?

        /// Creates the facts of tunnels.
        public init(depth: UInt8, network: UInt32? = nil) {
            self.depth = depth
            self.network = network
        }

        /// What a packet tells of its tunnels; nil if it was in none.
        init?(_ encapsulation: Encapsulation) {
            guard encapsulation.tunnelCount > 0 else { return nil }
            self.init(depth: encapsulation.tunnelCount, network: encapsulation.network)
        }
    }

    /// The endpoint at `side`.
    @inlinable
    public func endpoint(_ side: Side) -> Endpoint { side == .a ? a : b }

    /// True if a frame of either side was seen; a handshake counts.
    @inlinable
    public var isSeenFromBothSides: Bool { ingressA != nil && ingressB != nil }

    /// The port by which the frames of `side` enter, once one was seen.
    @inlinable
    public func ingress(_ side: Side) -> PortIndex? { side == .a ? ingressA : ingressB }
}

/// The frame that something happened in: its time and its number.
public struct Moment: Hashable, Sendable, BitwiseCopyable, Codable {
    /// When the frame arrived.
    public var time: Timestamp
    /// The sequence number of the frame.
    public var sequence: UInt64

    /// Creates a moment.
    @inlinable
    public init(time: Timestamp, sequence: UInt64) {
        self.time = time
        self.sequence = sequence
    }
}
