public import TapLinux
public import TapWire

/// Lets the kernel join the ports where it allows no programs: filters and actions of traffic control send a copy of
/// every frame out by all other ports, packet sockets see frames before that, for the mirror.
///
/// Theory of operation. A filter at the entry of each port has an action for each other port, which mirrors the frame
/// to it; the last one then drops the frame. So the host never hears it, and the kernel counts it: the drop counter
/// of the port's discipline is the only one that takes joined segments for one frame. At the exit of each port a frame passes
/// if it entered by another port, and vanishes if it is the host's own. All that stays in the kernel when the hub dies, and the
/// next hub finds the same filters and goes on with their counters. What cannot stay is the mirror: packet sockets
/// end with the process, so frames that cross while no hub runs are counted as lost to it.
public struct ActionPlane: ~Copyable, Plane {
    /// Which interfaces are joined, and how.
    public let configuration: PlaneConfiguration
    /// What became of the frames so far.
    public internal(set) var ledger: Ledger
    var ports: [PlanePort] = []
    var isPresent: [Bool]
    /// The sockets by which frames are seen; none is sent by them.
    var exchange: FrameExchange
    /// What the sockets saw, with what hubs before saw.
    var seen: Ledger
    /// Frames that crossed and no socket saw, by port.
    var unseen: [UInt64]
    var meters: [ActionMeter]
    /// Frames that were to leave by a port and did not, by port.
    var notTaken: [UInt64]
    /// The ring that the ledger stands in.
    var ring: UInt64 = 0
    var account: KernelLedger
    let report: (PlaneNotice) -> Void

    /// A plane that touches nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Which interfaces are joined, and how.
    ///   - report: Told what people should know while the plane goes on; called on its thread.
    public init(
        _ configuration: PlaneConfiguration,
        report: @escaping (PlaneNotice) -> Void = { _ in }
    ) {
        let count = configuration.interfaces.count
        self.configuration = configuration
        self.report = report
        ledger = Ledger(portCount: count)
        seen = ledger
        unseen = Array(repeating: 0, count: count)
        notTaken = unseen
        isPresent = Array(repeating: false, count: count)
        meters = Array(repeating: ActionMeter(frames: 0, refused: 0), count: count)
        account = KernelLedger(portCount: count, monitorCount: configuration.monitors.count)
        exchange = FrameExchange(configuration)
    }

    /// True: frames cross without this process.
    public var outlivesProcess: Bool { true }

    /// What filters, packet sockets and changes of interfaces need.
    public static var capabilities: [Capability] { [.netAdmin, .netRaw] }

    /// What was found of the ports when they were claimed, in the order of their indices.
    public var facts: [InterfaceFacts] { ports.map(\.facts) }

    /// Checks the configuration against the interfaces there are, and claims them.
    ///
    /// Changes nothing on them.
    public mutating func claim() throws(PlaneError) {
        ports = try PortClaims.claim(configuration)
    }

    /// Goes on from a ring's counters, if they are those of as many ports.
    public mutating func resume(_ ledger: Ledger, of ring: UInt64) {
        self.ring = ring
        guard ledger.ports.count == self.ledger.ports.count else { return }
        self.ledger = ledger
        seen = ledger
        let counters = account.counters(of: ledger)
        for port in meters.indices {
            func value(_ counter: ForwardingRoute.Counter) -> UInt64 {
                counters[ForwardingRoute.place(of: counter, port: port)]
            }
            meters[port] = ActionMeter(frames: value(.frames), refused: value(.refused))
            notTaken[port] = value(.notTaken)
        }
    }

    /// Claims the ports if that was not done, prepares them and lets the kernel join them.
    public mutating func engage() throws(PlaneError) {
        if ports.isEmpty { try claim() }
        do throws(PlaneError) {
            try prepareAll()
        } catch {
            abandon()
            throw error
        }
    }

    /// Puts those ports back that no hub had prepared before, and leaves the others as they are.
    public mutating func abandon() {
        exchange.detachAll()
        for port in ports.reversed() { port.abandon() }
        ports = []
    }

    /// Puts the ports back, unless the kernel is to go on joining them.
    public mutating func disengage(
        _ action: PlaneConfiguration.ExitAction
    ) throws(PlaneError) {
        exchange.detachAll()
        defer { ports = [] }
        try ports.release(action)
    }
}
