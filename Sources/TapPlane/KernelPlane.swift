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
    var ports: [PlanePort] = []
    /// Whether the interface of a port is there, by the port's index.
    var isPresent: [Bool]
    var kernel: KernelParts
    var account: KernelLedger
    var shedding = SheddingWatch()
    /// Whether the programs ask what becomes of each frame.
    var asksForEach = false
    let report: (PlaneNotice) -> Void

    /// A plane that touches no port yet; makes counters and buffer, or takes those up that it finds.
    ///
    /// - Parameters:
    ///   - configuration: Which interfaces are joined, and how.
    ///   - report: Told what people should know while the plane goes on; called on its thread.
    /// - Throws: `.noKernelPlane` where the kernel lets this process load no programs.
    public init(
        _ configuration: PlaneConfiguration,
        report: @escaping (PlaneNotice) -> Void = { _ in }
    ) throws(PlaneError) {
        let found = try PortClaims.leftMaps(configuration)
        let parts = try KernelParts(found, portCount: configuration.interfaces.count)
        self.init(configuration, parts, report)
    }

    private init(
        _ configuration: PlaneConfiguration,
        _ parts: consuming KernelParts,
        _ report: @escaping (PlaneNotice) -> Void
    ) {
        let count = configuration.interfaces.count
        self.configuration = configuration
        self.report = report
        ledger = Ledger(portCount: count)
        account = KernelLedger(portCount: count, monitorCount: configuration.monitors.count)
        isPresent = Array(repeating: false, count: count)
        kernel = parts
    }

    /// True: frames cross without this process.
    public var outlivesProcess: Bool { true }

    /// BPF beside what every hub needs: programs are loaded anew when an interface comes back.
    public static var capabilities: [Capability] { [.netAdmin, .netRaw, .bpf] }

    /// What was found of the ports when they were claimed, in the order of their indices.
    public var facts: [InterfaceFacts] { ports.map(\.facts) }

    /// Checks the configuration against the interfaces there are, and claims them.
    ///
    /// Changes nothing on them.
    public mutating func claim() throws(PlaneError) {
        ports = try PortClaims.claim(configuration)
    }

    /// Goes on from the counters of the hub before, if they are those of as many ports.
    public mutating func resume(_ ledger: Ledger) {
        guard ledger.ports.count == self.ledger.ports.count else { return }
        self.ledger = ledger
    }

    /// Claims the ports if that was not done, prepares them and lets the kernel join them.
    public mutating func engage() throws(PlaneError) {
        if ports.isEmpty { try claim() }
        if !kernel.isTakenUp { try begin() }
        for index in ports.indices { isPresent[index] = true }
        do throws(PlaneError) {
            for index in ports.indices { try prepare(index) }
        } catch {
            // The first failure is the one to tell; journals of ports that could not be put back stay.
            try? restore()
            throw error
        }
    }

    /// Puts the ports back, unless the kernel is to go on joining them.
    public mutating func disengage() throws(PlaneError) {
        defer { ports = [] }
        guard configuration.exitAction == .restore else {
            // Nobody would set a port up again that a link fault took down.
            for port in ports where port.isHeld { try port.raise() }
            return
        }
        try restore()
    }

    /// Puts every port back; what one refuses does not keep the others.
    private func restore() throws(PlaneError) {
        var failure: PlaneError?
        for port in ports.reversed() {
            do throws(PlaneError) { try port.restore() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Lets the kernel's counters go on where those of the hub before ended.
    private func begin() throws(PlaneError) {
        do throws(Errno) {
            try kernel.counters.begin(at: account.counters(of: ledger))
        } catch {
            throw PlaneError(.system(step: "set the kernel's counters"), errno: error)
        }
    }
}
