import TapLinux
import TapWire

extension PlaneError {
    /// What is wrong and what to do about it, in parts that can be shown apart.
    package struct Advice: Hashable, Sendable {
        /// The kind of mistake as scripts see it, such as `port-has-address`; never changes.
        package var name: String
        /// What is wrong, in words that follow the port.
        package var problem: String
        /// What to do about it; empty where the problem says it all.
        package var remedy: String
        /// The command that does it, where there is one.
        package var command: String?
        /// What may be done instead.
        package var alternative: String?

        init(
            _ name: String,
            _ problem: String,
            _ remedy: String = "",
            command: String? = nil,
            alternative: String? = nil
        ) {
            self.name = name
            self.problem = problem
            self.remedy = remedy
            self.command = command
            self.alternative = alternative
        }

        /// The remedy and what may be done instead.
        package var fix: String {
            [remedy, alternative ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
        }

        /// Everything in one sentence.
        var sentence: String {
            guard !remedy.isEmpty else { return problem }
            let command = command.map { " (\($0))" } ?? ""
            let alternative = alternative.map { ", \($0)" } ?? ""
            return "\(problem); \(remedy)\(command)\(alternative)"
        }
    }

    /// What is wrong and what to do about it.
    package var advice: Advice {
        switch code {
        case .tooFewPorts(let count):
            Advice(
                "too-few-ports",
                "a hub joins two or more ports, \(count) given",
                "name at least two interfaces"
            )
        case .tooManyPorts(let count):
            Advice(
                "too-many-ports",
                "\(count) ports and monitors given, a hub has at most \(PortIndex.maximumCount)",
                "name fewer interfaces"
            )
        case .outOfRange(let option, let value, let allowed):
            Advice(
                "out-of-range",
                "\(option) is \(value)",
                "it must be from \(allowed.lowerBound) to \(allowed.upperBound)"
            )
        case .portMissing(let present):
            Advice(
                "port-missing",
                "there is no such interface",
                present.isEmpty
                    ? "there is none but loopback here"
                    : "name one of those there are: \(Self.list(present))"
            )
        case .portTwice:
            Advice("port-twice", "named twice", "name every interface once")
        case .portNotEthernet:
            Advice(
                "port-not-ethernet",
                "not an Ethernet interface",
                "a hub joins Ethernet interfaces only"
            )
        case .portHasAddress(let addresses):
            Advice(
                "port-has-address",
                "has the address \(Self.list(addresses)), which would be cut off",
                "take it away",
                command: "ip address flush dev \(port ?? "")",
                alternative: "or use --force"
            )
        case .portHasMaster(let master):
            Advice(
                "port-has-master",
                "belongs to \(master), which would lose it",
                "take it out",
                command: "ip link set dev \(port ?? "") nomaster",
                alternative: "or use --force"
            )
        case .portHasFilter(let kind):
            Advice(
                "port-has-filter",
                "has a \(kind) queueing discipline of someone else",
                "take it away",
                command: "tc qdisc del dev \(port ?? "") \(kind)",
                alternative: "or use --force to go on without our filter"
            )
        case .portHasPrograms(let programs):
            Advice(
                "port-has-programs",
                "runs BPF programs of someone else for its frames (tcx: "
                    + programs.map { "\($0)" }.joined(separator: ", ") + ")",
                "end what put them there; bpftool tells what they are",
                command: "bpftool net show dev \(port ?? "")",
                alternative: "or use --force to go on without our filter"
            )
        case .noKernelPlane:
            Advice(
                "no-kernel-plane",
                "the kernel lets this process load no programs that join ports",
                "run it as root, or with CAP_BPF and CAP_NET_ADMIN, on Linux 5.8 or later",
                alternative: "or use --plane packet"
            )
        case .noActions:
            Advice(
                "no-actions",
                "the kernel has no filters and actions that join ports without programs",
                "load their modules",
                command: "modprobe -a sch_ingress cls_u32 cls_bpf act_mirred",
                alternative: "or use --plane packet"
            )
        case .programRefused:
            Advice(
                "program-refused",
                "the kernel refuses the program that would join the ports",
                "try another filter if ring.keep is one, else report it with the kernel's version"
            )
        case .kernelPlaneBlocked:
            Advice(
                "kernel-plane-blocked",
                "filters of others are kept on it, which would decide before the hub",
                "take them away",
                alternative: "or use --plane packet"
            )
        case .portBusy(let processID):
            Advice(
                "port-busy",
                "already a port of the hub of process \(processID)",
                "stop that one first"
            )
        case .mtuMismatch(let mtu, let other, let otherMTU):
            Advice(
                "mtu-mismatch",
                "its MTU is \(mtu), that of \(other) is \(otherMTU): longer frames could not cross",
                "make them equal",
                command: "ip link set dev \(port ?? "") mtu \(otherMTU)"
            )
        case .capabilityMissing(let capabilities):
            Advice(
                "capability-missing",
                "missing \(Self.list(capabilities.map(\.name)))",
                "run as root, or give hubtap-hub these capabilities"
            )
        case .journal(let path):
            Advice(
                "journal-unusable",
                "cannot use \(path), which notes what to undo",
                "choose another --state-directory"
            )
        case .journalDamaged(let path, let line):
            Advice(
                "journal-damaged",
                "line \(line) of \(path) is not from a hub",
                "look at it, then put the port right by hand and remove the file"
            )
        case .system(let step): Advice("system", "could not \(step)")
        }
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
