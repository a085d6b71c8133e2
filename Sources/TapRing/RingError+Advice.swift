import SystemPackage

extension RingError {
    /// What is wrong and what to do about it, in parts that can be shown apart.
    package struct Advice: Hashable, Sendable {
        /// The kind of mistake as scripts see it, such as `ring-no-space`; never changes.
        package var name: String
        /// What is wrong, in words that follow the path.
        package var problem: String
        /// What to do about it; empty where the problem says it all.
        package var remedy: String

        init(_ name: String, _ problem: String, _ remedy: String = "") {
            self.name = name
            self.problem = problem
            self.remedy = remedy
        }
    }

    /// What is wrong and what to do about it.
    package var advice: Advice {
        switch code {
        case .notFound:
            Advice("ring-not-found", "there is none", "start the hub, or name another with --ring")
        case .notARing:
            Advice(
                "ring-foreign-file",
                "this file is not a hubtap ring and was left alone",
                "choose another path or move it away"
            )
        case .otherVersion(let found):
            Advice(
                "ring-other-version",
                "it has layout version \(found), this program writes \(RingGeometry.version)",
                "dump it with the program that made it, then remove it or ask for a replacement"
            )
        case .otherSize(let found, let wanted):
            Advice(
                "ring-other-size",
                "it is \(found) octets long, the configuration asks for \(wanted)",
                "set ring.size to match, remove it or ask for a replacement"
            )
        case .otherSnapLength(let found, let wanted):
            Advice(
                "ring-other-snaplen",
                "it keeps \(Self.length(found)) of each frame, the configuration asks for "
                    + "\(Self.length(wanted))",
                "set ring.snaplen to match, remove it or ask for a replacement"
            )
        case .otherPorts(let found, let wanted):
            Advice(
                "ring-other-ports",
                "it belongs to the ports \(Self.list(found)), not \(Self.list(wanted))",
                "choose another path, remove it or ask for a replacement"
            )
        case .inUse(let processID):
            Advice(
                "ring-in-use",
                (processID > 0 ? "process \(processID)" : "another process") + " writes into it",
                "stop that hub first, or choose another path"
            )
        case .replaced:
            Advice("ring-replaced", "a new ring was made in its place", "open it again")
        case .truncated(let found, let wanted):
            Advice(
                "ring-truncated",
                "it should be \(wanted) octets long and has \(found)",
                "it was cut off and can be removed"
            )
        case .damaged:
            Advice("ring-damaged", "its contents contradict themselves", "it can be removed")
        case .noSpace(let available, let wanted):
            Advice(
                "ring-no-space",
                "it needs \(Self.size(wanted)) and the file system has \(Self.size(available)) left",
                "choose a smaller ring.size or another ring.path"
            )
        case .noMemory(let available, let wanted):
            Advice(
                "ring-no-memory",
                "it needs \(Self.size(wanted)) and the machine has \(Self.size(available)) of memory left",
                "choose a smaller ring.size, or a ring.path on a disk"
            )
        case .invalid(let reason): Advice("ring-invalid", reason)
        case .system(.permissionDenied), .system(.notPermitted):
            Advice(
                "ring-permission",
                "permission denied",
                "run as root or as a member of its group"
            )
        case .system(let error): Advice("ring-system", "\(error)")
        }
    }

    /// A size as people compare it.
    private static func size(_ octets: Int) -> String {
        octets < 16 << 20 ? "\(octets) octets" : "\(octets >> 20) MiB"
    }

    private static func length(_ octets: Int) -> String {
        octets == 0 ? "all" : "\(octets) octets"
    }

    // Names come from a file that anybody may have made.
    private static func list(_ names: [String]) -> String {
        names.map { name in
            String(
                String.UnicodeScalarView(
                    name.unicodeScalars.prefix(31).map { scalar in
                        scalar.value > 32 && scalar.value < 127 ? scalar : "?"
                    }
                )
            )
        }.joined(separator: " ")
    }
}
