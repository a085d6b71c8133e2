import SystemPackage
public import TapLinux
public import TapWire

/// Joins ports in user space: packet sockets with a ring take frames in, packet sockets send them out.
///
/// Needs nothing of the kernel but packet sockets; the wire is dead while no hub runs. One thread does it all,
/// without an allocation, a lock or a log line per frame.
public struct PacketPlane: ~Copyable, Plane {
    /// Which interfaces are joined, and how.
    public let configuration: PlaneConfiguration
    /// What became of the frames so far.
    public internal(set) var ledger: Ledger
    var ports: [PlanePort] = []
    var exchange: FrameExchange
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
        self.configuration = configuration
        self.report = report
        ledger = Ledger(portCount: configuration.interfaces.count)
        exchange = FrameExchange(configuration)
    }

    /// False: frames cross only while `run` runs.
    public var outlivesProcess: Bool { false }

    /// What packet sockets and changes of interfaces need.
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
        guard ledger.ports.count == self.ledger.ports.count else { return }
        self.ledger = ledger
    }

    /// Claims the ports if that was not done, prepares them and opens their sockets.
    public mutating func engage() throws(PlaneError) {
        if ports.isEmpty { try claim() }
        do throws(PlaneError) {
            for index in ports.indices { try attach(index) }
        } catch {
            abandon()
            throw error
        }
    }

    /// Puts those ports back that no hub had prepared before, and leaves the others as they are.
    public mutating func abandon() {
        for index in ports.indices.reversed() {
            exchange.detach(at: index)
            ports[index].abandon()
        }
        ports = []
    }

    /// Closes the sockets and puts the ports back, unless they are to be kept prepared.
    public mutating func disengage(
        _ action: PlaneConfiguration.ExitAction
    ) throws(PlaneError) {
        exchange.detachAll()
        defer { ports = [] }
        try ports.release(action)
    }

    /// Prepares one port and lets its frames in and out.
    mutating func attach(_ index: Int) throws(PlaneError) {
        let port = ports[index]
        if try !port.prepare(.silence, directory: configuration.stateDirectory) {
            report(.unfiltered(port.name))
        }
        do throws(Errno) {
            let attachment = try PortAttachment(port.facts, configuration: configuration)
            exchange.attach(attachment, at: index)
        } catch {
            throw PlaneError(.system(step: "open packet sockets"), port: port.name, errno: error)
        }
    }
}
