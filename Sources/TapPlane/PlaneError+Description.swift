import SystemPackage
import TapLinux
import TapWire

extension PlaneError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it, in one or two sentences.
    public var description: String {
        let sentence = port.map { "\($0): \(explanation)" } ?? explanation
        return errno.map { "\(sentence) (\($0))" } ?? sentence
    }

    private var explanation: String {
        switch code {
        case .tooFewPorts(let count):
            "a hub joins two or more ports, \(count) given; name at least two interfaces"
        case .tooManyPorts(let count):
            "\(count) ports and monitors given, a hub has at most \(PortIndex.maximumCount)"
        case .outOfRange(let option, let value, let allowed):
            "\(option) is \(value), it must be from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .portMissing(let present):
            "there is no such interface; "
                + (present.isEmpty
                    ? "there is none but loopback here" : "there are \(Self.list(present))")
        case .portTwice: "named twice; every port of a hub is another interface"
        case .portNotEthernet: "not an Ethernet interface; a hub joins Ethernet interfaces only"
        case .portHasAddress(let addresses): Self.addressed(port ?? "", addresses)
        case .portHasMaster(let master): Self.mastered(port ?? "", master)
        case .portHasFilter(let kind): Self.filtered(port ?? "", kind)
        case .portBusy(let processID):
            "already a port of the hub of process \(processID); stop that one first"
        case .mtuMismatch(let mtu, let other, let otherMTU):
            "its MTU is \(mtu), that of \(other) is \(otherMTU): longer frames could not cross; "
                + "make them equal (ip link set dev \(port ?? "") mtu \(otherMTU))"
        case .capabilityMissing(let capabilities):
            "missing \(Self.list(capabilities.map(\.name))); run as root, or give hubtap-hub "
                + "these capabilities"
        case .journal(let path):
            "cannot use \(path), which notes what to undo; choose another --state-directory"
        case .journalDamaged(let path, let line):
            "line \(line) of \(path) is not from a hub; look at it, then put the port right by hand "
                + "and remove the file"
        case .system(let step): "could not \(step)"
        }
    }

    private static func addressed(_ name: String, _ addresses: [String]) -> String {
        "has the address \(list(addresses)), which would be cut off; take it away "
            + "(ip address flush dev \(name)), or use --force"
    }

    private static func mastered(_ name: String, _ master: String) -> String {
        "belongs to \(master), which would lose it; take it out (ip link set dev \(name) nomaster), "
            + "or use --force"
    }

    private static func filtered(_ name: String, _ kind: String) -> String {
        "has a \(kind) queueing discipline of someone else; take it away "
            + "(tc qdisc del dev \(name) \(kind)), or use --force to go on without our filter"
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
