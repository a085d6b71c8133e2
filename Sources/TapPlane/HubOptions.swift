/// Everything the privileged program is told on its command line.
public struct HubOptions: Hashable, Sendable {
    /// The ports and how they are joined.
    public var plane: PlaneConfiguration
    /// The file of the mirror ring.
    public var ringPath: String
    /// How many octets the ring may take.
    public var ringByteCount: Int
    /// How many octets of a frame the ring keeps; 0 keeps whole frames.
    public var snapLength: Int
    /// How often a ring on a disk is written out, in milliseconds; 0 leaves that to the kernel.
    public var syncMilliseconds: Int
    /// Whether a ring of another size or of other ports in the same place is thrown away.
    public var replacesRing: Bool
    /// The process that starts the hub and stops it: when it dies, the hub leaves the wire as it is.
    public var supervisor: Int32?
    /// A descriptor that gets the line `ready` when frames cross.
    public var readyDescriptor: Int32?

    /// The options of a hub that joins ports as `plane` says.
    public init(
        plane: PlaneConfiguration,
        ringPath: String = "/dev/shm/hubtap/ring",
        ringByteCount: Int = 256 << 20,
        snapLength: Int = 0,
        syncMilliseconds: Int = 1000,
        replacesRing: Bool = false,
        supervisor: Int32? = nil,
        readyDescriptor: Int32? = nil
    ) {
        self.plane = plane
        self.ringPath = ringPath
        self.ringByteCount = ringByteCount
        self.snapLength = snapLength
        self.syncMilliseconds = syncMilliseconds
        self.replacesRing = replacesRing
        self.supervisor = supervisor
        self.readyDescriptor = readyDescriptor
    }

    /// The command line that says the same, without the program's name.
    public var arguments: [String] {
        var words = ["--plane", plane.plane.rawValue]
        words += plane.ports.flatMap { ["--port", $0] }
        words += plane.monitors.flatMap { ["--monitor", $0] }
        words += [
            "--ring", ringPath, "--ring-size", "\(ringByteCount)", "--snaplen", "\(snapLength)",
        ]
        words += ["--ring-sync", "\(syncMilliseconds)", "--keep", plane.keep.word]
        words += plane.mailPorts.flatMap { ["--mail-port", "\($0)"] }
        words += [
            "--state-directory", plane.stateDirectory, "--on-exit", plane.exitAction.rawValue,
        ]
        words += ["--link-fault", plane.linkFault.rawValue, "--offloads", plane.offloads.rawValue]
        words += ["--slots", "\(plane.slotCount)", "--batch", "\(plane.batchSize)"]
        words += ["--spin", "\(plane.spin.components.attoseconds / 1_000_000_000_000)"]
        if plane.force { words.append("--force") }
        if replacesRing { words.append("--replace-ring") }
        if let supervisor { words += ["--supervisor", "\(supervisor)"] }
        if let readyDescriptor { words += ["--ready-fd", "\(readyDescriptor)"] }
        return words
    }
}
