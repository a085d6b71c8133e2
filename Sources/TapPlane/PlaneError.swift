public import SystemPackage
public import TapLinux

/// Why ports cannot be joined, prepared or given back.
public struct PlaneError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// A hub needs at least two ports.
        case tooFewPorts(Int)
        /// A hub has at most `PortIndex.maximumCount` ports and monitors.
        case tooManyPorts(Int)
        /// A number of the configuration is out of its range.
        case outOfRange(option: String, value: Int, allowed: ClosedRange<Int>)
        /// There is no interface of that name; `present` are those there are.
        case portMissing(present: [String])
        /// The interface is named twice.
        case portTwice
        /// The interface carries no Ethernet frames.
        case portNotEthernet
        /// The interface has addresses of this host.
        case portHasAddress([String])
        /// The interface belongs to a bridge, bond or team.
        case portHasMaster(String)
        /// The interface has an ingress or clsact queueing discipline that is not ours.
        case portHasFilter(kind: String)
        /// The interface runs programs, by their numbers, that are not ours.
        case portHasPrograms([UInt32])
        /// The kernel lets this process load no programs that could join the ports.
        case noKernelPlane
        /// The kernel has no filters and actions that could join the ports.
        case noActions
        /// The kernel refuses the program that would join the ports.
        case programRefused
        /// Filters or programs of others are kept on the port, and would decide before ours.
        case kernelPlaneBlocked
        /// Another hub uses the interface.
        case portBusy(processID: Int32)
        /// Two ports let frames of different lengths through.
        case mtuMismatch(mtu: Int, other: String, otherMTU: Int)
        /// The process may not do what a hub must.
        case capabilityMissing([Capability])
        /// The state directory or a journal in it cannot be used.
        case journal(path: String)
        /// A journal says what no hub writes.
        case journalDamaged(path: String, line: Int)
        /// The kernel refused one step of the preparation.
        case system(step: String)
    }

    /// What is wrong.
    public var code: Code
    /// The interface in question, if it is one.
    public var port: String?
    /// What the kernel said, if it said something.
    public var errno: Errno?

    /// Creates an error about `port`.
    public init(_ code: Code, port: String? = nil, errno: Errno? = nil) {
        self.code = code
        self.port = port
        self.errno = errno
    }

    /// True if actions of the kernel can join the ports all the same.
    public var isOfPrograms: Bool { code == .noKernelPlane || code == .programRefused }

    /// True if user space can join the ports all the same.
    public var isOfKernelPlane: Bool {
        switch code {
        case .noKernelPlane, .programRefused, .noActions, .kernelPlaneBlocked: true
        default: false
        }
    }

    /// True if another command line or configuration would help, not another environment.
    public var isConfiguration: Bool {
        switch code {
        case .tooFewPorts, .tooManyPorts, .outOfRange, .portMissing, .portTwice, .portNotEthernet,
            .portHasAddress, .portHasMaster, .portHasFilter, .portHasPrograms, .mtuMismatch:
            true
        case .noKernelPlane, .programRefused, .noActions, .kernelPlaneBlocked, .portBusy,
            .capabilityMissing,
            .journal, .journalDamaged, .system:
            false
        }
    }
}
