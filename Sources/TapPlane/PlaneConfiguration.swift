public import TapLinux

/// Which interfaces a hub joins, and how.
public struct PlaneConfiguration: Hashable, Sendable {
    /// What happens to the ports when the hub ends in order.
    public enum ExitAction: String, Hashable, Sendable, CaseIterable {
        /// They are put back exactly as they were.
        case restore
        /// They stay as they are for the next hub, joined if the kernel joins them; `restore` gives them back later.
        case keep
    }

    /// What happens to the other ports when one has no carrier.
    public enum LinkFault: String, Hashable, Sendable, CaseIterable {
        /// A port with nobody left to talk to is taken down, so that what is cabled to it notices.
        case pass
        /// Nothing.
        case ignore
    }

    /// What happens to the receive offloads of the ports, which join frames before anybody sees them.
    public enum Offloads: String, Hashable, Sendable, CaseIterable {
        /// They are off while the hub runs, so that the mirror is as the wire.
        case exact
        /// They stay as they are, but for the one whose segments could not cross as they came.
        case keep

        /// Whether an offload is to be off.
        func excludes(_ offload: ReceiveOffload) -> Bool {
            self == .exact || offload == .largeReceive
        }
    }

    /// Who carries frames from port to port.
    public enum Choice: String, Hashable, Sendable, CaseIterable {
        /// The kernel where it can, else user space.
        case auto
        /// The kernel: frames cross without a hub process, too.
        case kernel
        /// User space, by packet sockets.
        case packet
    }

    /// Which frames the mirror is asked to hold.
    public enum Keep: Hashable, Sendable {
        /// All of them, whole.
        case all
        /// The headers of all of them.
        case headers
        /// Mail alone, whole: what may be TCP from or to one of the ports of mail.
        case mail
        /// What a filter matches, whole.
        case filter(PacketFilter)

        /// A word of the command line; nil if it is none.
        init?(word: String) {
            switch word {
            case "all": self = .all
            case "headers": self = .headers
            case "mail": self = .mail
            default:
                guard let filter = PacketFilter(text: word) else { return nil }
                self = .filter(filter)
            }
        }

        /// The word for the command line.
        var word: String {
            switch self {
            case .all: "all"
            case .headers: "headers"
            case .mail: "mail"
            case .filter(let filter): filter.text
            }
        }
    }

    /// Who carries frames from port to port.
    public var plane: Choice
    /// The interfaces that are joined: every frame in on one goes out on all the others.
    public var ports: [String]
    /// The interfaces that get a copy of every frame and may send nothing.
    public var monitors: [String]
    /// Which frames the mirror is asked to hold.
    public var keep: Keep
    /// The TCP ports of mail: such frames are the last that the mirror goes without.
    public var mailPorts: [UInt16]
    /// How many octets of a frame the mirror wants; 0 for all.
    public var captureLimit = 0
    /// Whether programs hang on interfaces directly where the kernel can do that (tcx), not on filters.
    package var usesDirectHooks = true
    /// Whether ports with an address, in a bridge, or with filters of others are taken all the same.
    public var force: Bool
    /// The directory of the journals from which changed ports are restored.
    public var stateDirectory: String
    /// What happens to the ports when the hub ends in order.
    public var exitAction: ExitAction
    /// What happens to the other ports when one has no carrier.
    public var linkFault: LinkFault
    /// What happens to the receive offloads of the ports.
    public var offloads: Offloads
    /// How many frames the kernel may hold for us on each port.
    ///
    /// Few stay in the cache, many bridge a pause.
    public var slotCount: Int
    /// How many frames cross with one system call at most.
    public var batchSize: Int
    /// How long the hub looks for the next frame before it sleeps, while frames come this close.
    public var spin: Duration

    /// Joins `ports`, with the defaults of a hub for everything else.
    public init(
        plane: Choice = .auto,
        ports: [String],
        monitors: [String] = [],
        keep: Keep = .all,
        mailPorts: [UInt16] = PlaneConfiguration.defaultMailPorts,
        force: Bool = false,
        stateDirectory: String = PlaneConfiguration.defaultStateDirectory,
        exitAction: ExitAction = .restore,
        linkFault: LinkFault = .ignore,
        offloads: Offloads = .keep,
        slotCount: Int = 2048,
        batchSize: Int = 64,
        spin: Duration = .microseconds(50)
    ) {
        self.plane = plane
        self.ports = ports
        self.monitors = monitors
        self.keep = keep
        self.mailPorts = mailPorts
        self.force = force
        self.stateDirectory = stateDirectory
        self.exitAction = exitAction
        self.linkFault = linkFault
        self.offloads = offloads
        self.slotCount = slotCount
        self.batchSize = batchSize
        self.spin = spin
    }

    /// What happens to the ports when `stop` has ended the hub: one that hands over leaves them, whatever else is wanted.
    public func exitAction(after stop: borrowing StopSignal) -> ExitAction {
        stop.isHandOver ? .keep : exitAction
    }

    /// Every interface in the order of the port indices: ports first, then monitors.
    public var interfaces: [String] { ports + monitors }

    /// SMTP, submission with and without TLS from the start, and what some use instead.
    public static let defaultMailPorts: [UInt16] = [25, 465, 587, 2525]
    /// How many ports of mail a program can look for.
    public static let maximumMailPorts = 64
    /// How many octets of a frame count as its headers: Ethernet, tags, IP and TCP with their options.
    public static let headerByteCount = 128
    /// Where the journals stand when no other place is named.
    public static let defaultStateDirectory = "/run/hubtap"
    /// How many slots a port may have.
    public static let slotCounts = 64...65_536
    /// How many frames a batch may have.
    public static let batchSizes = 1...1024
    /// How many microseconds the hub may look for a frame before it sleeps.
    public static let spinMicroseconds = 0...1000
}
