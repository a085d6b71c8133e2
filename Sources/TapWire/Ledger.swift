/// Why a frame that entered a port did not leave by all the others.
public enum ForwardLoss: Int, CaseIterable, Sendable, Codable {
    /// The kernel's receive ring was full.
    case receiveOverflow
    /// The frame was longer than the plane can receive whole.
    case truncated
    /// The frame was longer than another port's MTU lets out.
    case oversize
    /// The transmit queue of another port was full.
    case transmitFull
    /// Another port had no carrier or was down.
    case linkDown
    /// The kernel refused to send it for another reason.
    case transmitError
    /// The frame entered a monitor port, which may send nothing.
    case monitor

    /// The cause as it stands in `stats` events.
    public var name: String {
        switch self {
        case .receiveOverflow: "receive_overflow"
        case .truncated: "truncated"
        case .oversize: "oversize"
        case .transmitFull: "transmit_full"
        case .linkDown: "link_down"
        case .transmitError: "transmit_error"
        case .monitor: "monitor"
        }
    }
}

/// Why a frame that entered a port is not in the mirror ring.
public enum MirrorLoss: Int, CaseIterable, Sendable, Codable {
    /// The kernel's receive ring was full.
    case receiveOverflow
    /// The frame was longer than a block of the ring.
    case oversize
    /// The frame entered a monitor port.
    case monitor
    /// The mirror is not asked to hold frames of its kind.
    case notKept
    /// The mirror could not keep up, and the frame was neither mail nor the beginning or end of a connection.
    case shed
    /// It crossed while no hub ran, and nothing kept it.
    case noHub
    /// The disk under the mirror was too slow, and the queue before it full.
    case queueFull

    /// The cause as it stands in `stats` events.
    public var name: String {
        switch self {
        case .receiveOverflow: "receive_overflow"
        case .oversize: "oversize"
        case .monitor: "monitor"
        case .notKept: "not_kept"
        case .shed: "shed"
        case .noHub: "no_hub"
        case .queueFull: "queue_full"
        }
    }
}

/// Why octets of a frame are not in the mirror ring, though the kernel had them.
public enum MirrorCut: Int, CaseIterable, Sendable, Codable {
    /// Only headers are asked for.
    case asked
    /// The mirror was behind: the payload of a large frame that is no mail was left out.
    case bulk
    /// The mirror was further behind: the payload of a frame that is no mail was left out.
    case other
    /// The mirror was nearly full: a frame was left out whole, which `MirrorLoss.shed` counts.
    case whole

    /// The cause as it stands in `stats` events.
    public var name: String {
        switch self {
        case .asked: "asked"
        case .bulk: "shed_bulk"
        case .other: "shed_other"
        case .whole: "shed_whole"
        }
    }
}

/// Counts by cause: one counter for each case of `Cause`.
public struct LossCounters<Cause: CaseIterable & RawRepresentable & Sendable>: Sendable,
    BitwiseCopyable
where Cause.RawValue == Int {
    /// Room for causes to come; the ring's layout has as many.
    public static var capacity: Int { 16 }
    /// One counter a cause, by its raw value.
    public var counters = InlineArray<16, UInt64>(repeating: 0)

    /// No losses.
    public init() {}

    /// Frames lost by `cause`.
    @inlinable
    public subscript(_ cause: Cause) -> UInt64 {
        get { counters[cause.rawValue] }
        set { counters[cause.rawValue] = newValue }
    }

    /// Frames lost by any cause.
    public var total: UInt64 {
        var sum: UInt64 = 0
        for index in counters.indices { sum &+= counters[index] }
        return sum
    }
}

/// What became of the frames of one port.
///
/// It balances: `rxFrames == forwarded + notForwarded.total` and `rxFrames == mirrored +
/// mirrorLost.total`.
public struct PortLedger: Sendable, BitwiseCopyable {
    /// Frames that entered the port, those the kernel could not hand over included.
    public var rxFrames: UInt64 = 0
    /// Octets of the frames that were handed over.
    public var rxOctets: UInt64 = 0
    /// Frames that left by every other port.
    public var forwarded: UInt64 = 0
    /// Frames that did not, by cause.
    public var notForwarded = LossCounters<ForwardLoss>()
    /// Frames that were copied into the ring.
    public var mirrored: UInt64 = 0
    /// Frames that were not, by cause.
    public var mirrorLost = LossCounters<MirrorLoss>()
    /// Frames that are in the ring, or not, without all of their octets, by cause.
    public var mirrorCut = LossCounters<MirrorCut>()
    /// How many octets of theirs are not, by cause.
    public var mirrorCutOctets = LossCounters<MirrorCut>()
    /// Frames sent out by this port.
    public var txFrames: UInt64 = 0
    /// Octets sent out by this port.
    public var txOctets: UInt64 = 0
    /// How the port's link is.
    public var state = PortState.down

    /// An empty ledger of a port that is down.
    public init() {}

    /// Whether the port is up and has a carrier; one that is set not to be is down.
    public var isUp: Bool {
        get { state == .up }
        set { state = newValue ? .up : .down }
    }

    /// True if every frame that entered is accounted for.
    public var isBalanced: Bool {
        rxFrames == forwarded &+ notForwarded.total && rxFrames == mirrored &+ mirrorLost.total
    }
}

/// The ledger of a hub: one line a port.
public struct Ledger: Sendable {
    /// One line a port, in the order of their indices, monitor ports included.
    public var ports: [PortLedger]

    /// An empty ledger for `portCount` ports.
    public init(portCount: Int) { ports = Array(repeating: PortLedger(), count: portCount) }
}
