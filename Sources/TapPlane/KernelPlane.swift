import SystemPackage
public import TapLinux
public import TapWire

/// Lets the kernel join the ports: a program at the entry of each sends every frame out by all others, counts it,
/// and copies it into a buffer that this process empties into the mirror.
///
/// Theory of operation. Programs, counters and buffer belong to the kernel and live while the programs are
/// attached: frames cross, are counted and are kept for the mirror whether a hub runs or not. A hub that starts
/// takes up what it finds, by the numbers in the ports' journals, and puts programs of its own in the place of
/// those that were left, port by port and without a moment in between. One buffer serves all ports, so that frames
/// stand in one order. The ledger is the kernel's counters and what this process adds to them; see `KernelLedger`.
public struct KernelPlane: ~Copyable, Plane {
    /// Which interfaces are joined, and how.
    public let configuration: PlaneConfiguration
    /// What became of the frames so far.
    public internal(set) var ledger: Ledger
    var ports: [PlanePort]
    /// Whether the interface of a port is there, by the port's index.
    var isPresent: [Bool]
    var kernel: KernelParts
    var account: KernelLedger
    /// The ring that the ledger stands in.
    var ring: UInt64 = 0
    /// The one of the hub before.
    private let leftRing: UInt64?
    var shedding = SheddingWatch()
    /// Whether the programs ask what becomes of each frame: until all ports have a link.
    var asksForEach = true
    let report: (PlaneNotice) -> Void

    /// Claims the ports, changing nothing on them, and makes counters and buffer or takes those up that it finds.
    ///
    /// - Parameters:
    ///   - configuration: Which interfaces are joined, and how.
    ///   - report: Told what people should know while the plane goes on; called on its thread.
    /// - Throws: `.noKernelPlane` where the kernel lets this process load no programs; else what is wrong with the
    ///   configuration or the interfaces.
    public init(
        _ configuration: PlaneConfiguration,
        report: @escaping (PlaneNotice) -> Void = { _ in }
    ) throws(PlaneError) {
        guard try Self.mayLoadPrograms() else { throw PlaneError(.noKernelPlane) }
        // The claim comes first: whoever has the ports is the only one who takes frames out of the buffer.
        let ports = try PortClaims.claim(configuration)
        let left = try PortClaims.leftMaps(configuration)
        let parts = try KernelParts(left.maps, portCount: ports.count)
        if left.isAny, !parts.isTakenUp { report(.startsAnew) }
        self.init(configuration, ports, parts, left.maps?.ring, report)
    }

    private init(
        _ configuration: PlaneConfiguration,
        _ ports: [PlanePort],
        _ parts: consuming KernelParts,
        _ leftRing: UInt64?,
        _ report: @escaping (PlaneNotice) -> Void
    ) {
        self.configuration = configuration
        self.report = report
        self.ports = ports
        ledger = Ledger(portCount: ports.count)
        account = KernelLedger(
            portCount: ports.count,
            monitorCount: configuration.monitors.count
        )
        isPresent = Array(repeating: true, count: ports.count)
        kernel = parts
        self.leftRing = leftRing
    }

    /// The right is needed again when an interface comes back, so that other ways to load programs do not count.
    private static func mayLoadPrograms() throws(PlaneError) -> Bool {
        do throws(Errno) {
            return try CapabilitySet.effective().grants(.bpf)
        } catch {
            throw PlaneError(.system(step: "ask for our capabilities"), errno: error)
        }
    }

    /// True: frames cross without this process.
    public var outlivesProcess: Bool { true }

    /// BPF beside what every hub needs: programs are loaded anew when an interface comes back.
    public static var capabilities: [Capability] { [.netAdmin, .netRaw, .bpf] }

    /// What was found of the ports when they were claimed, in the order of their indices.
    public var facts: [InterfaceFacts] { ports.map(\.facts) }

    /// Does nothing: who has the plane has the ports.
    public mutating func claim() {}

    /// Goes on from a ring's counters, if they are those of as many ports.
    public mutating func resume(_ ledger: Ledger, of ring: UInt64) {
        self.ring = ring
        guard ledger.ports.count == self.ledger.ports.count else { return }
        self.ledger = ledger
    }

    /// Prepares the ports and lets the kernel join them.
    public mutating func engage() throws(PlaneError) {
        try begin()
        try tellPrograms()
        do throws(PlaneError) {
            for index in ports.indices { try prepare(index) }
        } catch {
            abandon()
            throw error
        }
    }

    /// Puts those ports back that no hub had prepared before, and leaves the others as they are.
    public mutating func abandon() {
        for port in ports.reversed() { port.abandon() }
        ports = []
    }

    /// Puts the ports back, unless the kernel is to go on joining them.
    public mutating func disengage(
        _ action: PlaneConfiguration.ExitAction
    ) throws(PlaneError) {
        defer { ports = [] }
        try ports.release(action)
    }

    /// Lets the kernel's counters go on where the ledger is.
    ///
    /// What a hub left goes on only with its own ring: another one has neither its ledger nor its frames.
    private mutating func begin() throws(PlaneError) {
        guard !kernel.isTakenUp || leftRing != ring else { return }
        if kernel.isTakenUp { kernel = try KernelParts(nil, portCount: ports.count) }
        do throws(Errno) {
            try kernel.counters.begin(at: account.counters(of: ledger))
        } catch {
            throw PlaneError(.system(step: "set the kernel's counters"), errno: error)
        }
    }
}
